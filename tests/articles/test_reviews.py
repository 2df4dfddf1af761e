"""A medical review belongs to one page, in one language, as it read then."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from articles.models import NewsPage, PageReview
from articles.models.reviews import get_shown_review
from tests.cast import log_in, make_editor, make_reviewer
from tests.factories import get_home, make_news, make_person, make_translation

pytestmark = pytest.mark.django_db


def test_readers_see_the_newest_review_and_are_told_when_there_is_none(client):
    page = make_news()
    assert re.search(b"not been [a-z ]*reviewed", client.get(page.get_url()).content)

    today = timezone.localdate()
    PageReview.objects.create(
        page=page, reviewer=make_person("Dr. Old"), reviewed_on=today - timedelta(days=9)
    )
    PageReview.objects.create(page=page, reviewer=make_person("Dr. New"), reviewed_on=today)

    text = client.get(page.get_url()).content.decode()
    assert "Dr. New" in text
    assert "Dr. Old" not in text


def test_a_review_remembers_the_text_that_was_read():
    page = make_news()

    review = PageReview.objects.create(page=page, reviewer=make_person())

    assert review.revision_id == page.latest_revision_id


def test_a_review_of_a_draft_counts_once_that_draft_is_published():
    page = make_news()
    page.title = "Changed"
    draft = page.save_revision()
    page = NewsPage.objects.get(pk=page.pk)
    PageReview.objects.create(page=page, reviewer=make_person())
    assert get_shown_review(page) is None

    draft.publish()

    assert get_shown_review(NewsPage.objects.get(pk=page.pk)) is not None


def test_neither_a_copy_nor_a_translation_has_its_originals_review():
    page = make_news()
    PageReview.objects.create(page=page, reviewer=make_person())
    russian = Locale.objects.create(language_code="ru")

    copy = page.copy(update_attrs={"slug": "copy"})
    translation = page.copy_for_translation(russian, copy_parents=True)

    assert get_shown_review(copy) is None
    assert get_shown_review(translation) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [({}, "page"), ({"reviewed_on": timezone.localdate() + timedelta(days=1)}, "reviewed_on")],
)
def test_a_review_of_a_plain_page_or_of_tomorrow_is_refused(fields, field):
    page = make_news() if fields else get_home()
    review = PageReview(page=page, reviewer=make_person(), **fields)

    with pytest.raises(ValidationError) as refusal:
        review.full_clean()

    assert field in refusal.value.message_dict


@pytest.mark.parametrize("words", [None, {}, {"name": "Клара", "qualification": "врач"}])
def test_a_reviewer_without_words_in_the_pages_language_is_refused_and_not_shown(client, words):
    """Nobody has begun, somebody submitted the person, or the words are there."""
    page = make_translation(make_news(), "ru", title="Новое отделение")
    person = make_person("Dr. Klara Osten")
    if words is not None:
        twin = person.copy_for_translation(page.locale)
        for name, value in words.items():
            setattr(twin, name, value)
        twin.save()
    add_url = reverse(PageReview.snippet_viewset.get_url_name("add"))
    data = {"page": page.pk, "reviewer": person.pk, "reviewed_on": "2026-02-05"}

    answer = log_in(make_reviewer()).post(add_url, data)

    if not words:
        [told] = answer.context["form"].errors["reviewer"]
        assert "“Dr. Klara Osten, MD, haematologist” has no text in the language" in told
        assert "Russian" in told
        PageReview.objects.create(page=page, reviewer=person)  # as code does, or did before
    text = client.get(page.get_url()).content.decode()
    assert "Klara" not in text
    assert ("Клара" in text) is bool(words)
    editor = log_in(make_reviewer()).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert ("Readers are not shown" in editor.content.decode()) is not bool(words)


def test_a_person_who_reviewed_cannot_be_deleted():
    person = make_person()
    PageReview.objects.create(page=make_news(), reviewer=person)

    with pytest.raises(ProtectedError):
        person.delete()


def test_a_reviewer_records_a_review_from_the_pages_editor():
    page, person = make_news(), make_person("Dr. Reader")
    browser = log_in(make_reviewer())
    add_url = reverse(PageReview.snippet_viewset.get_url_name("add"))

    editor = browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    form = browser.get(add_url, {"page": page.pk})
    answer = browser.post(
        add_url, {"page": page.pk, "reviewer": person.pk, "reviewed_on": "2026-02-05"}
    )

    assert f"{add_url}?page={page.pk}" in editor
    assert form.context["form"].instance.page.pk == page.pk
    assert answer.status_code == 302
    assert PageReview.objects.get().reviewer == person


def test_an_editor_sees_reviews_and_records_none():
    page = make_news()
    PageReview.objects.create(page=page, reviewer=make_person("Dr. Reader"))
    browser = log_in(make_editor())
    add_url = reverse(PageReview.snippet_viewset.get_url_name("add"))

    editor = browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert "Dr. Reader" in editor
    assert add_url not in editor
    assert browser.get(add_url).status_code == 302
    assert PageReview.objects.count() == 1
