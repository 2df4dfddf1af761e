"""The site's addresses, as a visitor without a cookie asks for them."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from wagtail.models import Locale, Site

from articles.models import NewsIndexPage
from cms.search import MAX_RESULTS
from cms.urls import urlpatterns as site_urlpatterns
from tests.factories import get_home, make_clinic, make_news, make_news_index, make_translation

pytestmark = pytest.mark.django_db
FOREIGN_HOST = "evil.example.org"


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the patient is called Ivanov")


handler500 = "cms.views.server_error"
urlpatterns = [path("broken/", break_down), *site_urlpatterns]


@pytest.fixture(scope="class")
def _russian(kept_rows: Any) -> Iterator[None]:
    with kept_rows():
        home = get_home().copy_for_translation(Locale.objects.create(language_code="ru"))
        home.title = "Главная"
        home.save_revision().publish()
        yield


@pytest.mark.usefixtures("_russian")
class TestRoot:
    @pytest.mark.parametrize(
        ("accepted", "language"),
        [
            ("", "en"),
            ("en", "en"),
            ("ru,en;q=0.5", "ru"),
            ("ru-RU,ru;q=0.9", "ru"),
            ("ar", "en"),
            ("fr,de", "en"),
            ("fr, ru;q=0.1", "ru"),
            ("*", "en"),
            ("rubbish;;q=x,\x80", "en"),
            ("ru;q=0", "en"),
        ],
    )
    def test_the_root_leads_to_the_best_published_language(
        self, accepted: str, language: str
    ) -> None:
        response = Client().get("/", headers={"accept-language": accepted})

        assert (response.status_code, response["Location"]) == (302, f"/{language}/")
        assert "Accept-Language" in response["Vary"]


def test_a_language_whose_home_is_a_draft_is_not_offered() -> None:
    get_home().copy_for_translation(Locale.objects.create(language_code="ru"))

    response = Client().get("/", headers={"accept-language": "ru"})

    assert response["Location"] == "/en/"


def test_the_root_leads_to_a_home_page_that_is_there() -> None:
    make_translation(get_home(), "ru")
    get_home().unpublish()

    assert Client().get("/", headers={"accept-language": "en"})["Location"] == "/ru/"


@pytest.fixture(scope="class")
def _hidden(kept_rows: Any) -> Iterator[None]:
    with kept_rows():
        private = make_news_index(slug="private")
        private.view_restrictions.create(restriction_type="login")
        get_home().add_child(instance=NewsIndexPage(title="Draft", slug="draft", live=False))
        yield


@pytest.mark.usefixtures("_hidden")
class TestNowhere:
    @pytest.mark.parametrize(
        "address",
        [
            *("/xx/", "/news/", "/de/news/", "/ru/", "/ar/", "/en/nothing/", "/e/n/", "/news.html"),
            *("/ru/news/a-new-ward/", "/de/de/", "/../", "/private/", "/de/private/", "/draft"),
            *(
                "//evil.example.org/",
                "//evil.example.org",
                "/\\evil.example.org/",
                "/a\r\nb/",
                "/\x00/",
            ),
            *(
                "/news/a-new-ward/nothing/",
                "/de//evil.example.org/",
                "/de/https://evil.example.org/",
            ),
            *("/admin/nothing/", "/api/v1/nothing/", "/static/nothing/"),
        ],
    )
    def test_an_address_that_is_nowhere_or_hidden_is_not_found(self, address: str) -> None:
        response = Client().get("/", PATH_INFO=address)  # as it stands: "//" begins no host

        if not address.startswith("/admin/"):
            assert response.status_code == 404
        assert "evil" not in response.get("Location", "")


@pytest.fixture(scope="class")
def _pages(kept_rows: Any) -> Iterator[None]:
    with kept_rows():
        make_translation(make_news(), "ru", title="Новое отделение")
        make_news(slug="only-english")
        yield


@pytest.mark.usefixtures("_pages")
class TestWithoutPrefix:
    @pytest.mark.parametrize(
        ("address", "accepted", "target"),
        [
            ("/news/a-new-ward/", "ru", "/ru/news/a-new-ward/"),
            ("/news/a-new-ward", "ru", "/ru/news/a-new-ward/"),
            ("/news/a-new-ward/", "ar,ru;q=0.5", "/ru/news/a-new-ward/"),
            ("/news/only-english/", "ru", "/en/news/only-english/"),
            ("/news/?category=a%22b&page=2", "ru", "/ru/news/?category=a%22b&page=2"),
            ("/de/", "ru", "/ru/"),
            ("/de", "fr", "/en/"),
            ("/de-at/news/a-new-ward/", "ru", "/ru/news/a-new-ward/"),
            ("/DE/news/a-new-ward/", "", "/en/news/a-new-ward/"),
            ("/ru-ru/news/a-new-ward/", "en", "/ru/news/a-new-ward/"),
            ("/RU/news/a-new-ward/", "en", "/ru/news/a-new-ward/"),
            ("/zh-hans/", "ru", "/ru/"),
            ("/zh-CN/news/a-new-ward/", "ru", "/ru/news/a-new-ward/"),
            ("/zh/news/a-new-ward", "fr", "/en/news/a-new-ward/"),
            ("/search/?q=ward", "ru", "/ru/search/?q=ward"),
            ("/de/feed/", "", "/en/feed/"),
        ],
    )
    def test_an_address_without_a_prefix_of_ours_leads_to_the_page_in_the_best_language(
        self, address: str, accepted: str, target: str
    ) -> None:
        response = Client().get(address, headers={"accept-language": accepted})

        assert (response.status_code, response["Location"]) == (302, target)
        assert "Accept-Language" in response["Vary"]
        assert not response.cookies
        assert Client().get(target).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_what_is_sent_to_an_address_without_a_prefix_is_led_nowhere(method: str) -> None:
    make_news()

    assert getattr(Client(), method)("/news/").status_code == 404


def test_a_search_in_a_language_without_pages_finds_none_of_another() -> None:
    make_news(title="Daylight")

    assert list(Client().get("/ar/search/", {"q": "daylight"}).context["results"]) == []
    assert Client().get("/ar/feed/").status_code == 404


def test_a_page_answers_under_its_own_language_only() -> None:
    Locale.objects.create(language_code="ru")
    address = urlsplit(make_news().full_url).path

    assert Client().get(address).status_code == 200
    assert Client().get(address.replace("/en/", "/ru/", 1)).status_code == 404


@pytest.mark.urls("tests.cms.test_addresses")
def test_no_visitor_gets_a_cookie_at_any_address() -> None:
    news, clinic = make_news(), make_clinic()
    addresses = [
        *("/", "/en/", "/en/search/?q=ward", "/en/feed/", "/sitemap.xml", "/news-sitemap.xml"),
        *("/robots.txt", "/healthz", "/readyz", "/en/nothing/", "/xx/", "/broken/"),
        *(urlsplit(page.full_url).path for page in (news, clinic, get_home())),
    ]
    client = Client(raise_request_exception=False)

    answers = {address: client.get(address) for address in addresses}

    assert {address for address, answer in answers.items() if answer.cookies} == set()
    statuses = {answers[address].status_code for address in addresses[-3:]}
    assert statuses == {200}
    assert answers["/broken/"].status_code == 500


def test_a_private_page_leads_to_the_login_of_staff_and_back() -> None:
    page = make_news()
    page.view_restrictions.create(restriction_type="login")
    address = urlsplit(page.full_url).path

    response = Client().get(address)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")
    assert not response.cookies


@pytest.mark.parametrize("address", ["login/?next=/en/", "authenticate_with_password/{}/{}/"])
def test_wagtails_own_logins_give_no_visitor_a_cookie(address: str) -> None:
    page = make_news()
    restriction = page.view_restrictions.create(restriction_type="login")

    response = Client().get(f"/en/_util/{address.format(restriction.pk, page.pk)}")

    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == "/admin/login/"
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()


def test_the_host_header_is_in_no_absolute_address(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [FOREIGN_HOST]
    news = make_news()
    addresses = ["/", "/en/", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt", "/en/feed/"]

    for address in [*addresses, urlsplit(news.full_url).path]:
        response = Client().get(address, headers={"host": FOREIGN_HOST})

        assert FOREIGN_HOST not in str(response.headers), address
        assert FOREIGN_HOST not in response.content.decode(), address


def test_robots_names_both_sitemaps_at_the_site_address(settings: Any) -> None:
    settings.SITE_URL = "https://www.example.org"

    text = Client().get("/robots.txt").content.decode()

    assert "Sitemap: https://www.example.org/sitemap.xml" in text
    assert "Sitemap: https://www.example.org/news-sitemap.xml" in text


def test_the_sitemap_lists_published_pages_at_the_address_of_the_site() -> None:
    Site.objects.filter(is_default_site=True).update(hostname="www.example.org", port=443)
    Site.clear_site_root_paths_cache()
    make_news(slug="live")
    make_news(slug="draft", live=False)

    text = Client().get("/sitemap.xml").content.decode()

    Site.clear_site_root_paths_cache()  # no other test is to find it there
    assert "https://www.example.org/en/news/live/" in text
    assert "draft" not in text


@pytest.mark.urls("tests.cms.test_addresses")
def test_an_error_page_shows_a_code_that_is_also_in_the_log(caplog: Any) -> None:
    with caplog.at_level(logging.ERROR, logger="cms.views"):
        response = Client(raise_request_exception=False).get("/broken/")

    [record] = [record for record in caplog.records if record.name == "cms.views"]
    code = record.getMessage().split()[1]
    assert response.status_code == 500
    assert code in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_no_question_breaks_the_search() -> None:
    make_news(title="A new ward")
    questions = [
        *("", " ", '"', '"ward', "ward\x00", "AND", "NOT", "a NEAR b", "ward*", "title:ward"),
        *("-ward", "(", "^ward", "ward'", "' OR 1=1 --", "\\", "<script>", "🏥", "x" * 5000),
        *("{ward}", "|", "&", "ward;", "+$#@,.`~=", "\u202eward", "ward\ufffe"),
    ]

    statuses = {q: Client().get("/en/search/", {"q": q}).status_code for q in questions}

    assert set(statuses.values()) == {200}, statuses


def test_no_page_number_breaks_the_search() -> None:
    make_news(title="A new ward")

    for number in ("", "0", "-1", "999", "x", "9" * 5000):
        assert Client().get("/en/search/", {"q": "ward", "page": number}).status_code == 200


def test_the_search_finds_published_pages_of_this_language_by_every_word() -> None:
    found = make_news(title="Daylight in the corridor", slug="a")
    make_news(title="Daylight in the hall", slug="b")
    make_news(title="Daylight in the corridor, unpublished", slug="c", live=False)
    private = make_news(title="Daylight in the private corridor", slug="d")
    private.view_restrictions.create(restriction_type="login")

    results = Client().get("/en/search/", {"q": "daylight corridor"}).context["results"]

    assert [page.pk for page in results] == [found.pk]


def test_the_search_shows_no_page_without_its_disclaimer() -> None:
    page = make_news(title="Daylight in the ward")
    type(page).objects.filter(pk=page.pk).update(body=[])

    results = Client().get("/en/search/", {"q": "daylight"}).context["results"]

    assert list(results) == []


def test_the_best_match_comes_first() -> None:
    make_news(
        title="A ward",
        slug="a",
        lead="Daylight falls only once into the long corridor of it, which is far.",
    )
    best = make_news(
        title="Daylight",
        slug="b",
        lead="Daylight, and again daylight, and daylight once more, in the garden.",
    )

    results = Client().get("/en/search/", {"q": "daylight"}).context["results"]

    assert len(results) == 2
    assert results[0].pk == best.pk


def test_a_search_with_more_hits_than_are_listed_says_so(monkeypatch: Any) -> None:
    monkeypatch.setattr("cms.search.MAX_RESULTS", 2)
    newest = [make_news(title=f"Daylight {number}", slug=f"n{number}") for number in range(4)][-1]

    context = Client().get("/en/search/", {"q": "daylight"}).context

    assert MAX_RESULTS > 2
    assert context["is_cut"] is True
    assert context["results"].paginator.count == 2
    if connection.vendor == "sqlite":
        assert context["results"][0].pk == newest.pk


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_take_nothing_and_say_so_without_a_cookie(method: str) -> None:
    news = make_news()
    pages = (get_home(), news.get_parent(), news)

    for address in [urlsplit(page.full_url).path for page in pages]:
        response = getattr(Client(enforce_csrf_checks=True), method)(address)

        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD"), address
        assert response.content.decode() == "This address takes no such request."
        assert not response.cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_addresses_that_only_answer_take_nothing(method: str) -> None:
    for address in ("/", "/healthz", "/readyz", "/robots.txt", "/en/search/"):
        assert getattr(Client(), method)(address).status_code == 405
