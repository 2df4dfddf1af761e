"""What the door tests share: ways to lack the disclaimer, and the readers who look for it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page

from articles.models import ClinicPage, NewsIndexPage, NewsPage
from home.models import Disclaimer, StandardPage
from tests.factories import (
    add_page,
    get_home,
    make_body,
    make_clinic,
    make_news,
    make_news_index,
)

TITLE = "Zebrafish quokka"
MARK = "Zebrafish"
TEXTS = {"en": "does not constitute medical advice", "ru": "не является медицинской консультацией"}
WITHOUT_BLOCK = make_body()[1:]


def make_russian() -> NewsIndexPage:
    """The Russian tree, as far as the news."""
    locale, _ = Locale.objects.get_or_create(language_code="ru")
    index = NewsIndexPage.objects.filter(locale__language_code="en").first() or make_news_index()
    for page, title in ((get_home(), "Главная"), (index, "Новости")):
        twin = page.copy_for_translation(locale)
        twin.title = title
        twin.save_revision().publish()
    return index.get_translation(locale)


def translate_disclaimer(*, publish_as: Any = None) -> Disclaimer:
    """The Russian text: a draft, or published by this reviewer."""
    locale = Locale.objects.get(language_code="ru")
    text = Disclaimer.objects.get(locale__language_code="en").copy_for_translation(locale)
    text.heading, text.body, text.live = "Внимание", f"<p>Это {TEXTS['ru']}.</p>", False
    text.save()
    if publish_as:
        text.save_revision(user=publish_as).publish(user=publish_as)
    text.refresh_from_db()
    return text


def make_draft(**fields: Any) -> NewsPage:
    return link_to(make_news(live=False, **{"title": TITLE, **fields}))


def make_clinic_draft(**fields: Any) -> ClinicPage:
    return link_to(make_clinic(live=False, **{"title": TITLE, **fields}))


def link_to(page: Any) -> Any:
    """Name the page on a plain one, in a block of related pages."""
    home = page.get_parent().get_parent()
    body = [("related_pages", {"heading": "Read on", "pages": [page]})]
    plain = StandardPage(title="Elsewhere", slug="elsewhere", body=body, locale=home.locale)
    add_page(home, plain)
    return page


def absent(make: Callable[..., Any] = make_draft) -> Any:
    return make(body=WITHOUT_BLOCK)


def only_a_draft() -> NewsPage:
    parent = make_russian()
    translate_disclaimer()
    return make_draft(parent=parent)


def only_in_another_language() -> NewsPage:
    return make_draft(parent=make_russian())


def unpublished_later(make: Callable[..., Any] = make_draft) -> Any:
    page = make()
    Disclaimer.objects.update(live=False)
    return page


def changed_behind_our_back(make: Callable[..., Any] = make_draft) -> Any:
    page = make()
    Disclaimer.objects.update(body="<p>Buy now.</p>")
    return page


FLAWS: dict[str, Callable[[], NewsPage]] = {
    flaw.__name__: flaw
    for flaw in (
        absent,
        only_a_draft,
        only_in_another_language,
        unpublished_later,
        changed_behind_our_back,
    )
}
CLINIC_FLAWS: dict[str, Callable[[], ClinicPage]] = {
    f"{flaw.__name__} of a clinic": partial(flaw, make_clinic_draft)
    for flaw in (absent, unpublished_later, changed_behind_our_back)
}
HEALTHY: dict[str, Callable[[], Any]] = {"none": make_draft, "none of a clinic": make_clinic_draft}


def force_live(page: Page) -> None:
    """Behind our back: what a script or a hand in the database can do."""
    Page.objects.filter(pk=page.pk).update(live=True)


def get_lists(language: str) -> Iterator[str]:
    """Every address where readers of a language find pages."""
    yield "/sitemap.xml"
    yield "/news-sitemap.xml"
    yield f"/{language}/search/?q=quokka"
    with translation.override(language):
        yield reverse("feed")
    lists = Page.objects.live().filter(depth__gt=1, locale__language_code=language)
    for page in lists.not_type(NewsPage, ClinicPage):
        yield page.url


def get_leaks(client: Client | None = None) -> list[str]:
    """Where an anonymous reader is shown a marked page, or a page without its disclaimer."""
    client = client or Client()
    leaks = []
    medical = [*NewsPage.objects.all(), *ClinicPage.objects.all()]
    for page in medical:
        answer = read(client, page.url)
        if answer and TEXTS.get(page.locale.language_code, "no text there") not in answer:
            leaks.append(page.url)
    for language in {page.locale.language_code for page in medical if page.live}:
        lists = get_lists(language)
        leaks += [url for url in lists if names_a_marked_page(read(client, url))]
    return leaks


def names_a_marked_page(answer: str) -> bool:
    return MARK in answer or MARK.lower() in answer


def read(client: Client, url: str) -> str:
    """What stands there, or nothing where there is nothing."""
    response = client.get(url)
    assert response.status_code in (200, 404), f"{url}: {response.status_code}"
    return response.content.decode() if response.status_code == 200 else ""
