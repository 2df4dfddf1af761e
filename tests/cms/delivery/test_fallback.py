"""A page that is not there in the language that is asked for: what an app is told instead."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from home.models import Disclaimer
from tests.factories import make_news, make_translated_disclaimer, make_translation
from treatment_forms.api.schemas import Problem

pytestmark = pytest.mark.django_db
RUSSIAN = "Отказ от ответственности"


def ask(path: str, expected: int = 200, **headers: str) -> Any:
    response = Client().get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == expected, response.content
    return response


@pytest.fixture
def news() -> Any:
    """In English only. Russian has a disclaimer, Arabic has none."""
    for code in ("ru", "ar"):
        Locale.objects.get_or_create(language_code=code)
    make_translated_disclaimer(Locale.objects.get(language_code="ru"))
    return make_news(title="A ward", slug="ward")


def get_doors(page: Any, locale: str) -> list[str]:
    """The page by its number, by its own path, and by the path it would have in this language."""
    path = page.url.replace("/en/", f"/{locale}/")
    return [
        f"pages/{page.pk}?locale={locale}",
        f"pages/by-path?path={page.url}&locale={locale}",
        f"pages/by-path?path={path}",
    ]


def get_languages(told: Any) -> tuple[str, str, bool]:
    return told["requested_locale"], told["content_locale"], told["is_fallback"]


def test_with_fallback_the_first_language_comes_and_says_so(news):
    for door in get_doors(news, "ru"):
        response = ask(f"{door}&fallback=default")
        told = response.json()

        assert get_languages(told) == ("ru", "en", True), door
        assert response["Content-Language"] == "en"
        assert (told["page"]["title"], told["page"]["locale"]) == ("A ward", "en")


def test_it_carries_the_disclaimers_of_both_languages_where_there_are_both(news):
    expected = {"ru": ["en", "ru"], "ar": ["en"]}
    for locale, locales in expected.items():
        for door in get_doors(news, locale):
            texts = ask(f"{door}&fallback=default").json()["disclaimers"]
            assert [text["locale"] for text in texts] == locales, door

    heading = {text["locale"]: text["heading"] for text in texts_of(news, "ru")}
    assert heading["ru"] == RUSSIAN
    assert heading["en"] == Disclaimer.objects.get(locale__language_code="en").heading
    Disclaimer.objects.filter(locale__language_code="ru").update(live=False)  # behind our back
    assert [text["locale"] for text in texts_of(news, "ru")] == ["en"]


def texts_of(page: Any, locale: str) -> Any:
    return ask(f"pages/{page.pk}?locale={locale}&fallback=default").json()["disclaimers"]


def test_without_fallback_the_languages_that_exist_are_named(news):
    make_translation(news, "ar", title="جناح")

    for door in get_doors(news, "ru"):
        for question in (door, f"{door}&fallback=none"):
            told = ask(question, 404).json()
            assert (told["code"], told["field"]) == ("not_in_this_language", "locale")
            assert Problem.model_validate(told).available == ["ar", "en"], question
    for code in told["available"]:
        assert ask(f"pages/{news.pk}?locale={code}").json()["content_locale"] == code


def test_a_page_that_is_there_in_the_language_is_no_fallback(news):
    russian = make_translation(news, "ru", title="Палата")

    for door in get_doors(news, "ru"):
        told = ask(f"{door}&fallback=default").json()
        assert get_languages(told) == ("ru", "ru", False)
        assert told["page"]["id"] == russian.pk
        assert [text["locale"] for text in told["disclaimers"]] == ["ru"]


def test_what_may_not_be_read_is_neither_fallen_back_to_nor_named(news):
    russian = make_translation(news, "ru", title="Палата")
    news.unpublish()

    for door in get_doors(news, "ar"):
        for fallback in ("none", "default"):  # neither Arabic nor the site's first language
            told = ask(f"{door}&fallback={fallback}", 404).json()
            assert told["available"] == ["ru"]
    PageViewRestriction.objects.create(page=russian, restriction_type="login")
    for door in get_doors(news, "ar"):
        assert ask(f"{door}&fallback=default", 404).json()["code"] == "not_found"


def test_its_name_changes_with_either_disclaimer_and_with_the_language_asked_for(news):
    paths = [f"pages/{news.pk}?locale={code}&fallback=default" for code in ("en", "ru", "ar")]
    tags = [ask(path)["ETag"] for path in paths]
    assert len(set(tags)) == len(tags)
    for path, tag in zip(paths, tags, strict=True):
        ask(path, 304, if_none_match=tag)

    russian = Disclaimer.objects.get(locale__language_code="ru")
    russian.heading = f"{RUSSIAN}!"
    russian.accept_demo()

    assert [ask(path)["ETag"] == tag for path, tag in zip(paths, tags, strict=True)] == [
        *(True, False, True)
    ]
    assert f"{RUSSIAN}!" in ask(paths[1], if_none_match=tags[1]).content.decode()


@pytest.mark.parametrize("held", ["", '"other"'])
def test_two_statements_are_enough_for_a_fallback(news, held):
    for door in get_doors(news, "ru"):
        with CaptureQueriesContext(connection) as queries:
            ask(f"{door}&fallback=default", if_none_match=held)
        assert len(queries) == 2, queries.captured_queries


def test_lists_hold_one_language_and_say_that_they_do_not_fall_back(news):
    assert ask("news?locale=ru").json()["items"] == []
    for path in ("news?locale=ru&fallback=default", "clinics?locale=ru&fallback=default"):
        told = ask(path, 400).json()
        assert (told["code"], told["field"]) == ("unknown_parameter", "fallback")
