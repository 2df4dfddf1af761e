"""One page in many languages: where the switcher leads, and what search engines are told."""

import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from articles.models import NewsPage
from home.languages import join_words
from tests.factories import (
    get_home,
    make_body,
    make_category,
    make_news,
    make_news_index,
    make_translation,
)
from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.posting import post

pytestmark = pytest.mark.django_db
XHTML = "{http://www.w3.org/1999/xhtml}link"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
RUSSIAN = {"title": "Новое отделение", "body": make_body(("paragraph", "<p>Откроется.</p>"))}


def read(address: str, status: int = 200) -> BeautifulSoup:
    response = Client().get(address)
    assert response.status_code == status, address
    assert not response.cookies
    return BeautifulSoup(response.content, "html.parser")


def get_choices(page: BeautifulSoup) -> dict[str, str]:
    return {link["hreflang"]: link["href"] for link in page.select(".languages a")}


def get_alternates(page: BeautifulSoup) -> dict[str, str]:
    links = page.select("head link[hreflang]")
    return {link["hreflang"]: urlsplit(link["href"]).path for link in links}


def make_form() -> Any:
    return make_form_page(make_field("singleline", "full_name"), make_field("email", "email"))


def test_the_way_to_a_form_begins_in_the_words_of_the_page_as_to_any_other() -> None:
    for page in (make_news(), make_form()):
        first = read(page.url).select_one(".breadcrumbs a")

        assert (first.text, first["href"]) == ("Home page", "/en/")


def test_the_switcher_leads_to_the_same_page_and_names_each_language_in_its_own_words() -> None:
    news = make_news()
    make_translation(news, "ru", **RUSSIAN)
    make_translation(news, "ar", title="قسم جديد")

    page = read("/ar/news/a-new-ward/")

    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert get_choices(page) == {"en": "/en/news/a-new-ward/", "ru": "/ru/news/a-new-ward/"}
    told = {link["lang"]: (link.bdi["dir"], link.bdi.text) for link in page.select(".languages a")}
    assert told == {"en": ("ltr", "English"), "ru": ("ltr", "Русский")}
    assert "العربيّة" in page.select_one(".languages summary").text
    assert page.select_one(".languages [aria-current]").text == "العربيّة"


def test_where_a_page_is_not_translated_the_switcher_says_so_and_leads_to_what_is() -> None:
    news = make_news()
    make_translation(news.get_parent(), "ru", title="Новости")
    make_translation(get_home(), "ar", title="الرئيسية")

    page = read("/en/news/a-new-ward/")

    assert get_choices(page) == {"ru": "/ru/news/", "ar": "/ar/"}
    notes = [note.text for note in page.select(".languages__note")]
    assert "Новости" in notes[0]
    assert "الرئيسية" in notes[1]
    assert get_alternates(page) == {}


def hide_by_draft(page: Any) -> None:
    page.unpublish()


def hide_by_missing_disclaimer(page: Any) -> None:
    NewsPage.objects.filter(pk=page.pk).update(body=[])


@pytest.mark.parametrize("hide", [hide_by_draft, hide_by_missing_disclaimer])
def test_no_translation_is_named_that_a_reader_may_not_see(hide: Any) -> None:
    news = make_news()
    hide(make_translation(news, "ru", slug="secret", **RUSSIAN))

    page = read("/en/news/a-new-ward/")

    assert get_choices(page) == {"ru": "/ru/news/"}
    assert get_alternates(page) == {}
    for address in ("/sitemap.xml", "/news-sitemap.xml", "/ru/feed/"):
        assert "secret" not in Client().get(address).content.decode(), address


def test_lists_keep_their_filters_and_begin_at_their_first_page() -> None:
    make_category("Guides", "guides")
    make_translation(make_news_index(), "ru")

    for asked, kept in (
        ("/en/news/?category=guides&page=2", "/ru/news/?category=guides"),
        ("/en/search/?q=CAR-T+%D0%B8", "/ru/search/?q=CAR-T+%D0%B8"),
        ('/en/search/?q="><script>', "/ru/search/?q=%22%3E%3Cscript%3E"),
    ):
        assert get_choices(read(asked)) == {"ru": kept}


def test_who_has_sent_a_request_reads_on_in_another_language() -> None:
    form = make_form()
    make_translation(form, "ru", title="Заявка")
    address = post(form)["Location"]
    thanks = read(address)

    switched = unquote(get_choices(thanks)["ru"])

    assert switched == address.replace("/en/", "/ru/", 1)
    assert read(switched).html["lang"] == "ru"
    assert get_alternates(thanks) == {}
    status = thanks.select_one("a[href*='/requests/']")["href"]
    assert get_choices(read(status)) == {"ru": status.replace("/en/", "/ru/", 1)}
    assert read(status.replace("/en/", "/ru/", 1)).html["lang"] == "ru"


def test_an_address_that_is_nowhere_is_a_404_in_the_readers_language_with_a_way_out() -> None:
    make_translation(get_home(), "ru")

    page = read("/ru/nothing/", status=404)

    assert page.html["lang"] == "ru"
    assert get_choices(page) == {"en": "/en/"}
    assert page.select(".languages__note") == []


def test_search_engines_are_told_of_every_translation_in_the_page_and_in_the_sitemap() -> None:
    news = make_news()
    make_translation(news, "ru", **RUSSIAN)
    make_translation(news, "ar", title="قسم جديد")
    paths = {code: f"/{code}/news/a-new-ward/" for code in ("en", "ru", "ar")}

    for code, path in paths.items():
        page = read(path)
        assert get_alternates(page) == {**paths, "x-default": paths["en"]}
        assert urlsplit(page.select_one("link[rel=canonical]")["href"]).path == path
        locales = [tag["content"][:2] for tag in page.select('meta[property^="og:locale"]')]
        assert (locales[0], sorted(locales)) == (code, ["ar", "en", "ru"])
        assert f'"inLanguage": "{code}"' in page.select_one("[type='application/ld+json']").text
    urls = ET.fromstring(Client().get("/sitemap.xml").content)
    told = {
        urlsplit(url.find(f"{MAP}loc").text).path: {
            link.get("hreflang"): urlsplit(link.get("href")).path for link in url.iter(XHTML)
        }
        for url in urls
    }
    for path in paths.values():
        assert told[path] == {**paths, "x-default": paths["en"]}


def test_the_form_is_told_of_in_its_languages() -> None:
    form = make_form()
    make_translation(form, "ru", title="Заявка")

    page = read("/en/ask/")

    assert get_alternates(page) == {"en": "/en/ask/", "ru": "/ru/ask/", "x-default": "/en/ask/"}
    assert urlsplit(page.select_one("link[rel=canonical]")["href"]).path == "/en/ask/"


def test_a_fourth_language_is_a_line_in_the_settings(settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    news = make_news()
    make_translation(news, "de", title="Eine neue Station")

    english, german = read("/en/news/a-new-ward/"), read("/de/news/a-new-ward/")

    assert get_choices(english) == {"de": "/de/news/a-new-ward/"}
    assert english.select_one(".languages a").text.strip() == "Deutsch"
    assert (german.html["lang"], german.html["dir"]) == ("de", "ltr")
    assert get_alternates(german)["de"] == "/de/news/a-new-ward/"
    assert german.select_one("meta[property='og:locale']")["content"] == "de_DE"
    assert Client().get("/", headers={"accept-language": "de"})["Location"] == "/de/"


def test_a_language_taken_out_of_the_settings_is_offered_nowhere(settings: Any) -> None:
    news = make_news()
    make_translation(news, "ru", **RUSSIAN)
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]

    page = read("/en/news/a-new-ward/")

    assert get_choices(page) == {}
    assert get_alternates(page) == {}
    assert "/ru/" not in Client().get("/sitemap.xml").content.decode()
    assert Client().get("/ru/news/a-new-ward/")["Location"] == "/en/news/a-new-ward/"


def test_a_page_costs_the_same_in_one_language_and_in_three(
    django_assert_max_num_queries: Any,
) -> None:
    news = make_news()
    for code in ("ru", "ar"):
        make_translation(news, code, title=f"Новое {code}")
    read("/en/news/a-new-ward/")

    with django_assert_max_num_queries(28):
        read("/en/news/a-new-ward/")


def test_words_are_parted_by_the_comma_of_the_language() -> None:
    for language, joined in (("en", "Port, Oman"), ("ru", "Port, Oman"), ("ar", "Port، Oman")):
        with override(language):
            assert join_words(["Port", "", "Oman"]) == joined
