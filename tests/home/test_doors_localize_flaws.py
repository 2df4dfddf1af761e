"""The doors of wagtail-localize, crossed with the flaws that can come before them.

Its publishing waits for the commit; here that is played at once, which spares a real one.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from articles.models import NewsPage
from home.models import Disclaimer
from home.publishing import PublishRefused
from tests.factories import make_news
from tests.home.doors import (
    TEXTS,
    TITLE,
    WITHOUT_BLOCK,
    get_leaks,
    make_russian,
    read,
    translate_disclaimer,
)
from tests.home.editor import enter, make_administrator
from tests.home.translating import translate_snippets, translate_strings

pytestmark = pytest.mark.django_db

Post = Callable[..., Any]


@pytest.fixture
def post(django_capture_on_commit_callbacks: Any) -> Post:
    """An administrator's click, and what its transaction does when it commits."""

    def send(view: str, pk: int, **data: Any) -> Any:
        # A refusal comes out of the commit, where the middleware of a real request answers it.
        with suppress(PublishRefused), django_capture_on_commit_callbacks(execute=True):
            return enter().post(reverse(view, args=[pk]), data)

    return send


@pytest.fixture(scope="module")
def published(kept_rows: Any) -> Iterator[int]:
    with kept_rows():
        make_russian()
        translate_disclaimer(publish_as=make_administrator())
        yield make_news(title=TITLE).pk


@pytest.fixture
def english(published: int, db: None) -> NewsPage:
    return NewsPage.objects.get(pk=published)


def submit(page: NewsPage, post: Post) -> None:
    russian = Locale.objects.get(language_code="ru")
    post("wagtail_localize:submit_page_translation", page.pk, locales=[russian.pk])
    translate_snippets("ru")
    translate_strings(page, "ru")


def get_russian(page: NewsPage) -> NewsPage:
    return NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="ru")


def publish(page: NewsPage, post: Post) -> None:
    post("wagtailadmin_pages:edit", get_russian(page).pk, action="publish")


def update(page: NewsPage, post: Post) -> None:
    source = TranslationSource.objects.get_for_instance(page)
    post("wagtail_localize:update_translations", source.pk, publish_translations="on")


def import_and_publish(page: NewsPage, post: Post) -> None:
    translation = Translation.objects.get(source__object_id=page.translation_key)
    po = translation.export_po()
    for entry in po:
        entry.msgstr = f"[{entry.msgid}]"
    file = SimpleUploadedFile("ru.po", str(po).encode(), content_type="text/x-gettext-translation")
    post("wagtail_localize:upload_pofile", translation.pk, file=file)
    publish(page, post)


def healthy(page: NewsPage) -> None:
    """The control: this one goes live, but by submitting alone nothing ever does."""


def absent(page: NewsPage) -> None:
    """The original lost its block behind our back, and so has what is made of it."""
    page.body = WITHOUT_BLOCK
    NewsPage.objects.filter(pk=page.pk).update(body=page.body)
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source:
        source.update_from_db()


def unpublished_later(page: NewsPage) -> None:
    Disclaimer.objects.filter(locale__language_code="ru").update(live=False)


def changed_behind_our_back(page: NewsPage) -> None:
    Disclaimer.objects.filter(locale__language_code="ru").update(body="<p>Купите.</p>")


FLAWS = [healthy, absent, unpublished_later, changed_behind_our_back]
DOORS = [submit, publish, update, import_and_publish]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.__name__)
def test_a_translation_goes_live_only_with_its_disclaimer(
    flaw: Callable[[NewsPage], None],
    door: Callable[[NewsPage, Post], None],
    english: NewsPage,
    post: Post,
) -> None:
    if door is not submit:
        submit(english, post)  # before the flaw comes
    flaw(english)

    door(english, post)

    twin = get_russian(english)
    shown = read(Client(), twin.url)
    opened = flaw is healthy and door is not submit
    assert twin.live is opened
    assert (TEXTS["ru"] in shown) is opened
    if not opened:
        assert twin.url not in read(Client(), "/sitemap.xml")
        assert [url for url in get_leaks() if url.startswith("/ru/")] == []
