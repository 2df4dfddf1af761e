"""Search for apps, in each language, with what was found; and nothing that nobody may read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from cms.delivery import tasks
from cms.delivery.models import Document
from cms.finding.find import find
from cms.finding.index import keep
from home.documents.words import Words
from tests.factories import make_body, make_clinic, make_news, make_news_index

pytestmark = pytest.mark.django_db


def ask(query: str, expected: int = 200) -> Any:
    response = Client().get(f"/api/v1/search?{query}")
    assert response.status_code == expected, response.content
    return response.json()


def titles(query: str) -> list[str]:
    return [item["card"]["title"] for item in ask(query)["items"]]


def test_pages_of_every_kind_are_found_by_their_own_words_the_best_first():
    make_news(title="A day off", slug="a", body=make_body(("paragraph", "<p>Ward in autumn</p>")))
    make_clinic(title="Ward Clinic")
    make_news(title="Something else", slug="b")

    assert titles("q=ward")[0] == "Ward Clinic"
    assert "A day off" in titles("q=ward")
    assert titles("q=ward+autumn") == ["A day off"]
    assert titles("q=nothing-of-this-kind") == []


def test_what_was_found_is_marked_in_title_and_text():
    body = make_body(("paragraph", "<p>The <b>scalpel</b> &amp; the nurse</p>"))
    make_news(title="A scalpel", slug="a", body=body)

    item = ask("q=scalpel")["items"][0]

    assert item["title"] == [
        {"text": "A ", "is_match": False},
        {"text": "scalpel", "is_match": True},
    ]
    excerpt = "".join(piece["text"] for piece in item["excerpt"])
    assert "scalpel" in [piece["text"] for piece in item["excerpt"] if piece["is_match"]]
    assert "<b>" not in excerpt


def test_a_long_answer_comes_in_pages_without_gaps():
    for number in range(5):
        make_news(title=f"Ward {number}", slug=f"n{number}")

    first = ask("q=ward&limit=2")
    second = ask(f"q=ward&limit=2&cursor={first['next']}")
    third = ask(f"q=ward&limit=2&cursor={second['next']}")

    found = [i["card"]["title"] for page in (first, second, third) for i in page["items"]]
    assert sorted(found) == [f"Ward {number}" for number in range(5)]
    assert third["next"] is None
    assert ask(f"q=other&cursor={first['next']}", 400)["field"] == "cursor"


FORMS = [
    ("en", "The clinics are opening", "clinic open", True),
    ("ru", "Новые отделения больницы", "отделение больницей", False),
    ("ar", "الجديدة في المدينة", "جديد مدينة", False),
]


@pytest.mark.parametrize(("locale", "text", "asked", "everywhere"), FORMS)
def test_a_word_is_found_in_its_other_forms(locale, text, asked, everywhere):
    """SQLite knows the forms of English words only, there others are found as they stand."""
    page = make_news_index()
    keep(page.pk, locale, Words("T", "", text))
    Document.objects.filter(pk=page.pk).update(locale=locale)
    is_known = everywhere or connection.vendor == "postgresql"

    assert [hit.page_id for hit in find(text.split()[-1:], locale)] == [page.pk]
    assert [hit.page_id for hit in find(asked.split(), locale)] == ([page.pk] if is_known else [])


HOSTILE = ['"', "%22+OR+1", "a'b", "*", "NEAR(a,b)", "title:x", "(", "^a", "-a", "{a}", "a" * 200]


@pytest.mark.parametrize("query", HOSTILE)
def test_no_sign_means_anything(query):
    assert ask(f"q={query}")["items"] == []


REFUSED = [
    ("", 400, "q"),
    ("q=a&q=b", 400, "q"),
    ("q=a&nothing=1", 400, "nothing"),
    ("q=%00", 400, "q"),
    ("q=%ff", 400, "q"),
    ("q=" + "a" * 201, 422, "q"),
    ("q=a&limit=0", 422, "limit"),
    ("q=a&limit=51", 422, "limit"),
    ("q=a&cursor=x", 400, "cursor"),
    ("q=a&locale=xx", 404, "locale"),
    ("q=a&locale=%0a", 422, "locale"),
]


@pytest.mark.parametrize(("query", "status", "field"), REFUSED)
def test_what_cannot_be_answered_is_refused_by_name(query, status, field):
    told = ask(query, status)

    assert (told["status"], told["field"]) == (status, field)


def test_nothing_is_found_that_readers_may_not_open():
    news = make_news(title="Needle", slug="n")
    make_news(title="Needle draft", slug="d", live=False)
    assert titles("q=needle") == ["Needle"]

    PageViewRestriction.objects.create(page=news.get_parent(), restriction_type="login")

    assert titles("q=needle") == []
    PageViewRestriction.objects.all().delete()
    tasks.rebuild()
    assert titles("q=needle") == ["Needle"]
    news = type(news).objects.get(pk=news.pk)
    news.title = "Thread"
    news.save_revision().publish()
    assert (titles("q=needle"), titles("q=thread")) == ([], ["Thread"])
    type(news).objects.filter(pk=news.pk).update(live=False)  # behind our back
    assert titles("q=thread") == []


def test_a_text_in_another_language_is_not_an_answer():
    Locale.objects.get_or_create(language_code="ru")
    make_news(title="Ward", slug="n")

    assert titles("q=ward&locale=ru") == []


def test_it_costs_two_statements_however_many_hits_there_are():
    for number in range(4):
        make_news(title=f"Ward {number}", slug=f"n{number}")
    ask("q=ward")

    with CaptureQueriesContext(connection) as queries:
        assert len(ask("q=ward")["items"]) == 4

    assert len(queries) == 2
