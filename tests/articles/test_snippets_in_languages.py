"""Snippets in the language of who reads: none in another, and none taken from under a live page."""

import xml.etree.ElementTree as ET
from html import unescape

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from articles.models import (
    Category,
    ClinicDoctor,
    ClinicSpecialty,
    NewsAuthor,
    PageReview,
)
from tests.factories import (
    make_category,
    make_clinic,
    make_news,
    make_news_index,
    make_person,
    make_specialty,
    make_translation,
)
from tests.home.editor import enter

pytestmark = pytest.mark.django_db

WORDS = {"name": "Слово", "qualification": "врач"}


def get_russian():
    return Locale.objects.get_or_create(language_code="ru")[0]


def translate(row, **words):
    """In Russian; without words it waits for them, as a snippet that was submitted does."""
    twin = row.copy_for_translation(get_russian())
    for name, value in words.items():
        setattr(twin, name, value)
    twin.save()
    return twin


def name_by_category(row, **kwargs):
    return make_translation(make_news(category=row), "ru", title="Новость", **kwargs)


def name_by(make, relation, model, field):
    def name(row, **kwargs):
        page = make(live=False)
        setattr(page, relation, [model(**{field: row})])
        page.save_revision().publish()
        return make_translation(page, "ru", title="Новость", **kwargs)

    return name


def name_by_review(row, **kwargs):
    page = make_translation(make_news(), "ru", title="Новость", **kwargs)
    PageReview.objects.create(page=page, reviewer=row)
    return page


NAMED = {
    "category": (make_category, name_by_category),
    "author": (make_person, name_by(make_news, "authors", NewsAuthor, "person")),
    "doctor": (make_person, name_by(make_clinic, "doctors", ClinicDoctor, "person")),
    "specialty": (
        make_specialty,
        name_by(make_clinic, "specialties", ClinicSpecialty, "specialty"),
    ),
    "review": (make_person, name_by_review),
}


def url(model, name, *args):
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def delete(row):
    return enter().post(url(type(row), "delete", row.pk), follow=True)


def delete_many(row):
    label = (row._meta.app_label, row._meta.model_name)
    address = reverse("wagtail_bulk_action", args=[*label, "delete"])
    return enter().post(f"{address}?id={row.pk}", follow=True)


@pytest.mark.parametrize("case", NAMED)
def test_a_translation_that_a_live_page_shows_is_not_deleted(case, client):
    make, name = NAMED[case]
    row = make()
    twin = translate(row, **WORDS)
    page = name(row)

    for door in (delete, delete_many):
        answer = door(twin)
        told = unescape(" ".join(map(str, answer.context["messages"])))
        assert answer.status_code == 200
        assert "Russian) is shown on 1 live page: Новость." in told
        assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in told
    with pytest.raises(ProtectedError, match="Новость"), transaction.atomic():
        type(twin).objects.filter(pk=twin.pk).delete()

    text = client.get(page.get_url()).content.decode()
    assert "Слово" in text
    page.unpublish()
    delete(twin)
    assert not type(twin).objects.filter(pk=twin.pk).exists()


def only_a_draft():
    row = make_category()
    twin = translate(row, **WORDS)
    name_by_category(row, live=False)
    return twin


def only_in_english():
    row = make_category()
    make_news(category=row)
    return translate(row, **WORDS)


def still_waiting():
    row = make_category()
    twin = translate(row, **WORDS)
    name_by_category(row)
    Category.objects.filter(pk=twin.pk).update(is_translated=False)
    return Category.objects.get(pk=twin.pk)


def an_older_review():
    page, old = make_translation(make_news(), "ru", title="Новость"), make_person("Dr. Old")
    twin = translate(old, **WORDS)
    new = make_person("Dr. New")
    translate(new, **WORDS)
    day = timezone.localdate() - timezone.timedelta(days=9)
    PageReview.objects.create(page=page, reviewer=old, reviewed_on=day)
    PageReview.objects.create(page=page, reviewer=new)
    return twin


@pytest.mark.parametrize("make", [only_a_draft, only_in_english, still_waiting, an_older_review])
def test_a_translation_that_no_reader_sees_may_go(make):
    twin = make()

    answer = delete(twin)

    assert ["deleted" in str(message) for message in answer.context["messages"]] == [True]
    assert not type(twin).objects.filter(pk=twin.pk).exists()


def test_a_category_is_offered_to_readers_once_it_has_words_in_their_language(client):
    make_translation(make_news_index(), "ru", title="Новости")
    waiting = translate(Category.objects.create(name="Zebra research", slug="zebra"))

    for is_translated in (False, True):
        index = client.get("/ru/news/").content.decode()
        chosen = client.get("/ru/news/?category=zebra").content.decode()
        feed = client.get("/ru/feed/?category=zebra")

        assert "Zebra" not in index + chosen
        assert ("Зебры" in index, "Зебры" in chosen) == (is_translated, is_translated)
        assert feed.status_code == (200 if is_translated else 404)
        waiting.name = "Зебры"
        waiting.save()
    title = ET.fromstring(feed.content).find("{http://www.w3.org/2005/Atom}title").text
    assert title.endswith("Зебры")
