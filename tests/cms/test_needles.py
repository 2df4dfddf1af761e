"""What readers may not see is found by no door of the API: each hidden thing carries a needle."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)

from articles.models import NewsIndexPage, NewsPage
from cms.api import tokens
from cms.delivery import tasks
from home.models import Disclaimer, HomePage, PeopleConsent
from tests.factories import (
    add_page,
    get_home,
    make_body,
    make_category,
    make_clinic,
    make_hero,
    make_image,
    make_news,
    make_news_index,
)

NEEDLE = "Needle"


def hide_draft(news: Any) -> None:
    make_news(title=NEEDLE, slug="needle-draft", live=False)


def hide_change(news: Any) -> None:
    news.title = news.lead = NEEDLE
    news.save_revision()


def hide_private(news: Any) -> None:
    page = make_news(title=NEEDLE, slug="needle-private", body=linking(news))
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_below_private(news: Any) -> None:
    section = add_page(get_home(), NewsIndexPage(title=NEEDLE, slug="needle-section"))
    make_news(section, title=NEEDLE, slug="needle-below")
    PageViewRestriction.objects.create(page=section, restriction_type="login")


def hide_scheduled(news: Any) -> None:
    page = make_news(title=NEEDLE, slug="needle-later", live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def hide_expired(news: Any) -> None:
    """By the clock, before anything has taken it down."""
    page = make_news(title=NEEDLE, slug="needle-expired")
    NewsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))


def hide_on_other_site(news: Any) -> None:
    locale = Locale.objects.create(language_code="de")
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title=NEEDLE, slug="needle-home", locale=locale))
    Site.objects.create(hostname="other.example.org", root_page=home)
    tasks.rebuild()


def hide_in_disclaimer(news: Any) -> None:
    disclaimer = Disclaimer.objects.get()
    disclaimer.heading = NEEDLE
    disclaimer.save_revision()


def hide_behind_our_back(news: Any) -> None:
    page = make_news(title=NEEDLE, slug="needle-back")
    NewsPage.objects.filter(pk=page.pk).update(live=False)


def hide_picture(news: Any) -> None:
    """Published, and then somebody who is shown says no."""
    image = make_image(title=NEEDLE, credit=NEEDLE, alt_texts={"en": NEEDLE})
    news.hero = make_hero(image)
    news.save_revision().publish()
    tasks.rebuild()
    image.people_consent = PeopleConsent.MISSING
    image.save()


def hide_file(news: Any) -> None:
    collection = Collection.get_first_root_node().add_child(name="Staff")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    file = get_document_model()(title=NEEDLE, collection=collection)
    file.file.save("needle.txt", ContentFile(b"secret"))
    link = f'<p><a linktype="document" id="{file.pk}">File</a></p>'
    news.body = make_body(("paragraph", link))
    news.save_revision().publish()


HIDDEN = [
    *(hide_draft, hide_change, hide_private, hide_below_private, hide_scheduled, hide_expired),
    *(hide_on_other_site, hide_in_disclaimer, hide_behind_our_back, hide_picture, hide_file),
]


def linking(news: Any) -> Any:
    """A body that names the page, so that what it shows of others is looked at, too."""
    return make_body(("related_pages", {"heading": "", "pages": [news]}))


def get_questions(token: str) -> Iterator[str]:
    yield from ("news", "clinics", "locales", "site", "sync", "sync?locale=en", "forms?locale=en")
    yield from ("news?fields=card,body", "clinics?fields=body", "news?category=news")
    yield from ("news?country=NZ", "news?since=2020-01-01", "clinics?country=NZ")
    yield from ("search?q=needle", "search?q=needle&locale=ru", "search?q=secret")
    yield f"preview/{token}"
    for page in Page.objects.all():
        yield f"pages/{page.pk}"
        yield f"pages/{page.pk}?locale=en&fallback=default"
        yield f"news?clinic={page.pk}"
        yield f"pages/by-path?path=/en{page.url_path[len('/home') :]}"


@pytest.mark.django_db
@pytest.mark.parametrize("hide", HIDDEN)
def test_what_is_hidden_is_found_by_no_door(hide):
    make_news_index()
    clinic = make_clinic()
    news = make_news(title="Open", category=make_category(), body=linking(clinic))
    token = tokens.make(news.latest_revision)
    assert b"Open" in Client().get(f"/api/v1/pages/{news.pk}").content
    before = {p.pk for p in Page.objects.all()}

    hide(NewsPage.objects.get(pk=news.pk))
    tasks.rebuild()

    client = Client()
    for question in get_questions(token):
        response = client.get(f"/api/v1/{question}", headers={"Accept-Encoding": "identity"})
        assert response.status_code in (200, 404), question
        assert NEEDLE.lower().encode() not in response.content.lower(), question
    for pk in {p.pk for p in Page.objects.all()} - before:
        response = client.get(f"/api/v1/pages/{pk}")
        assert (response.status_code, response.headers.get("ETag")) == (404, None)
    known = client.get(f"/api/v1/pages/{news.pk}").headers["ETag"]
    assert client.get(f"/api/v1/pages/{news.pk}", headers={"If-None-Match": known})


@pytest.mark.django_db
@pytest.mark.parametrize("hide", [hide_draft, hide_private])
def test_the_needles_are_found_where_they_are_not_hidden(hide):
    """Else the test above could not fail."""
    hide(make_news(title="Open"))
    PageViewRestriction.objects.all().delete()
    for page in NewsPage.objects.filter(title=NEEDLE):
        page.save_revision().publish()
    tasks.rebuild()

    for question in ("news", "search?q=needle", "sync"):
        response = Client().get(f"/api/v1/{question}", headers={"Accept-Encoding": "identity"})
        assert b"Needle" in response.content, question
