"""News for feed readers and search engines: only what readers may see."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from articles.feeds import feed, news_sitemap
from articles.models import NewsPage
from tests.factories import LEAD, make_category, make_news, make_translation

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def fetch(view, **extra):
    request = RequestFactory().get("/en/feed/", **extra)
    return ET.fromstring(view(request).content)


def test_the_feed_tells_the_newest_news_with_its_day_and_lead():
    make_news(title="Older", display_date=date(2026, 1, 1))
    page = make_news(title="Cells & more", display_date=date(2026, 2, 5))

    whole = fetch(feed)
    entries = whole.findall(f"{ATOM}entry")

    assert whole.find(f"{ATOM}author/{ATOM}name").text == "Marus Media"
    assert [e.find(f"{ATOM}title").text for e in entries] == ["Cells & more", "Older"]
    assert entries[0].find(f"{ATOM}link").get("href") == page.full_url
    assert entries[0].find(f"{ATOM}summary").text == LEAD
    assert entries[0].find(f"{ATOM}published").text.startswith("2026-02-05")
    assert entries[0].find(f"{ATOM}category").get("term") == "News"


@pytest.mark.parametrize("view", [feed, news_sitemap])
def test_no_draft_and_nothing_the_gate_hides_is_listed(view):
    make_news(title="Draft", live=False)
    hidden = make_news(title="Hidden")
    NewsPage.objects.filter(pk=hidden.pk).update(body=[])
    shown = make_news(title="Shown")

    listed = fetch(view)
    text = ET.tostring(listed, encoding="unicode")

    assert shown.full_url in text
    assert "Draft" not in text
    assert "Hidden" not in text


def test_addresses_come_from_the_site_and_not_from_who_asks():
    make_news()

    for view in (feed, news_sitemap):
        text = ET.tostring(fetch(view, HTTP_HOST="127.0.0.1"), encoding="unicode")
        assert "http://localhost/" in text
        assert "127.0.0.1" not in text


def test_the_news_sitemap_holds_two_days():
    old = make_news(title="Old")
    long_ago = timezone.now() - timedelta(days=3)
    NewsPage.objects.filter(pk=old.pk).update(first_published_at=long_ago)
    new = make_news(title="New")

    assert [loc.text for loc in fetch(news_sitemap).iter(LOC)] == [new.full_url]


def test_there_is_a_feed_of_each_language_and_category(client):
    ward = make_news(title="A ward", category=make_category("Guides", "guides"))
    make_news(title="A doctor")
    make_translation(ward, "ru", title="Отделение")

    for address, titles in (
        ("/en/feed/", {"A ward", "A doctor"}),
        ("/en/feed/?category=guides", {"A ward"}),
        ("/ru/feed/", {"Отделение"}),
    ):
        answer = client.get(address)
        feed = ET.fromstring(answer.content)
        assert {e.find(f"{ATOM}title").text for e in feed.findall(f"{ATOM}entry")} == titles
        assert answer["Content-Language"] == address[1:3]
        [own] = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own.get("href") == f"http://localhost{address}"
    assert client.get("/en/feed/?category=nothing").status_code == 404
    assert 'href="/en/feed/?category=guides"' in client.get("/en/news/?category=guides").text


def test_an_old_article_is_no_news_on_the_day_its_translation_is_published():
    old = make_news(title="Old", display_date=timezone.localdate() - timedelta(days=9))
    new = make_translation(make_news(title="New", slug="new"), "ru", title="Новое")
    make_translation(old, "ru", title="Старое")

    told = fetch(news_sitemap)

    assert {loc.text for loc in told.iter(LOC)} == {"http://localhost/en/news/new/", new.full_url}
    assert [name.text for name in told.iter(f"{NEWS}language")] == ["ru", "en"]
    assert [title.text for title in told.iter(f"{NEWS}title")] == ["Новое", "New"]
