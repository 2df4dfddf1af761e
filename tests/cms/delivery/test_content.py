"""What the API answers of news, clinics and pages."""

import gzip
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import NewsClinic, NewsSpecialty
from tests.factories import (
    make_category,
    make_clinic,
    make_news,
    make_specialty,
)

pytestmark = pytest.mark.django_db


def ask(path: str, expected: int = 200, **headers: str) -> Any:
    response = Client().get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == expected, response.content
    return response


def titles(path: str) -> list[str]:
    return [item["card"]["title"] for item in ask(path).json()["items"]]


@pytest.fixture
def papers() -> list[Any]:
    days = [date(2026, 1, day) for day in (5, 9, 7, 7, 1)]
    return [make_news(title=f"N{n}", slug=f"n{n}", display_date=day) for n, day in enumerate(days)]


def test_news_come_newest_first_and_in_pages_without_gaps(papers):
    assert titles("news") == ["N1", "N3", "N2", "N0", "N4"]

    first = ask("news?limit=2").json()
    second = ask(f"news?limit=2&cursor={first['next']}").json()
    third = ask(f"news?limit=2&cursor={second['next']}").json()

    found = [i["card"]["title"] for page in (first, second, third) for i in page["items"]]
    assert found == ["N1", "N3", "N2", "N0", "N4"]
    assert third["next"] is None


def test_clinics_come_by_name():
    for title in ("Zeta", "Éclair", "alpha", "Echo"):
        make_clinic(title=title, slug=f"c{ord(title[0])}{len(title)}")

    assert titles("clinics") == ["alpha", "Echo", "Éclair", "Zeta"]


def test_lists_are_filtered_by_all_that_is_asked():
    clinic = make_clinic(country="NZ")
    oncology = make_specialty()
    both = make_news(title="Both", slug="both", category=make_category("Law", "law"))
    both.related_clinics.add(NewsClinic(clinic=clinic))
    both.specialties.add(NewsSpecialty(specialty=oncology))
    both.save_revision().publish()
    make_news(title="Other", slug="other", display_date=date(2020, 1, 1))

    assert titles("news?category=law") == ["Both"]
    assert titles("news?category=law&specialty=oncology&country=NZ") == ["Both"]
    assert titles(f"news?clinic={clinic.pk}&limit=1") == ["Both"]
    assert titles("news?category=law&country=DE") == []
    assert titles(f"news?clinic={clinic.pk}&category=law&specialty=oncology") == ["Both"]
    assert titles(f"news?clinic={clinic.pk}&country=NZ&category=law") == ["Both"]
    assert titles(f"news?clinic={clinic.pk}&country=DE") == []
    assert titles(f"news?clinic={clinic.pk}&category=news") == []
    assert titles("news?clinic=999999") == []
    assert titles("news?since=2020-01-02") == ["Both"]
    assert titles("clinics?country=NZ") == ["Harbour Clinic"]
    assert titles("clinics?country=NZ&specialty=oncology") == []


@pytest.mark.parametrize(
    "path",
    ["news", "news?category=news&country=NZ", "news?fields=card,body", "clinics", "news?limit=100",
     "pages/{pk}", "pages/{pk}?locale=en", "pages/by-path?path={path}", "news?locale=xx"],
)  # fmt: skip
def test_two_statements_are_enough(path, papers):
    page = papers[0]

    with CaptureQueriesContext(connection) as queries:
        response = Client().get("/api/v1/" + path.format(pk=page.pk, path=page.url))

    assert response.status_code == (404 if "xx" in path else 200)
    assert 1 <= len(queries) <= 2, queries.captured_queries
    for held in (response.headers.get("ETag", '"x"'), '"other"'):
        with CaptureQueriesContext(connection) as queries:
            Client().get(response.wsgi_request.get_full_path(), headers={"If-None-Match": held})
        assert 1 <= len(queries) <= 2, queries.captured_queries


def test_the_name_of_a_list_changes_with_everything_that_it_holds(papers):
    asked = ("news", "news?fields=body", "news?fields=card,body", "news?limit=2", "news?limit=3")
    tags = [ask(path)["ETag"] for path in asked]
    assert len(set(tags)) == len(tags)
    assert [ask(path)["ETag"] for path in asked] == tags

    papers[0].title = "Another"
    papers[0].save_revision().publish()

    assert ask("news")["ETag"] != tags[0]
    assert ask("news", 200, if_none_match=tags[0]).json() == ask("news").json()
    assert ask("news?limit=2")["ETag"] == tags[3]  # it is not on this page of the list
    held = ask("news")["ETag"]
    ask("news", 304, if_none_match=held)
    type(papers[4]).objects.filter(pk=papers[4].pk).update(live=False)  # behind our back
    assert ask("news", if_none_match=held)["ETag"] != held


def test_lists_that_begin_alike_go_on_by_their_own_cursors_also_packed(papers):
    since = "&since=2000-01-01"
    ask("news?limit=2", accept_encoding="gzip")

    packed = ask(f"news?limit=2{since}", accept_encoding="gzip")

    assert packed["Content-Encoding"] == "gzip"
    cursor = json.loads(gzip.decompress(packed.content))["next"]
    assert titles(f"news?limit=2{since}&cursor={cursor}") == ["N2", "N0"]


def test_an_empty_list_has_a_name_too_but_not_in_a_language_that_there_is_not(papers):
    tag = ask("news?category=none")["ETag"]

    ask("news?category=none", 304, if_none_match=tag)
    ask("news?category=none&locale=xx", 404, if_none_match=tag)


def test_a_page_is_the_same_by_number_and_by_path(papers):
    page = papers[0]
    by_id, by_path = ask(f"pages/{page.pk}"), ask(f"pages/by-path?path={page.url}")

    assert by_id.content == by_path.content
    assert by_id["ETag"] == by_path["ETag"]
    assert by_id.json()["page"]["title"] == "N0"
    assert [d["key"] for d in by_id.json()["disclaimers"]] == ["general"]
    assert ask(f"pages/by-path?path={page.url.rstrip('/')}").content == by_id.content
