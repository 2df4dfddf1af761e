"""How the databases read a list: from its index, and without planning it each time."""

import pytest
from django.db import connection

from cms.delivery import read
from cms.delivery.statements import fetch, is_postgres
from tests.factories import make_news

pytestmark = pytest.mark.django_db
COUNT_PLANS = """
SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements
WHERE statement LIKE '%d.card%LIMIT 21'
"""


def test_a_list_is_planned_once_and_read_from_its_index():
    make_news()
    for _time in range(8):  # PostgreSQL has made up its mind after five
        assert read.get_list(read.Listing("news", "en"))
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(COUNT_PLANS)
            kept, made_anew = cursor.fetchone()
        assert (kept > 5, made_anew) == (True, 0)
    else:
        assert_read_from_its_index(read.Listing("news", "en"), "document_list")


FILTERED: list[list[tuple[str, str]]] = [
    [("category", "law")],
    [("specialty", "oncology"), ("country", "NZ")],
    [("category", "law"), ("specialty", "oncology"), ("clinic", "7")],
    [("country", "NZ"), ("clinic", "7")],
]


@pytest.mark.parametrize("filters", FILTERED)
def test_a_filtered_list_is_read_from_one_index_whatever_is_asked_for(filters):
    asked = read.Listing("news", "en", filters=filters, after=(b"2026", 7), since=b"2025")

    if is_postgres():  # with no rows it would sort: as if there were many
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert_read_from_its_index(asked, "filtered_list")


def assert_read_from_its_index(asked: read.Listing, index: str) -> None:
    """In its order: nothing is sorted, however many rows there are."""
    statement, values = read.ask_list(asked, read.CARDS)
    explain = "EXPLAIN" if is_postgres() else "EXPLAIN QUERY PLAN"
    plan = str(fetch(f"{explain} {statement}", values))
    assert index in plan, plan
    assert "ORDER BY" not in plan, plan
    assert "Sort" not in plan, plan
