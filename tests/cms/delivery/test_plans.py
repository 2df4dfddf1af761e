"""How the databases read a list: from its index, and without planning it each time."""

import pytest
from django.db import connection

from cms.delivery import read
from cms.delivery.statements import fetch, is_postgres, write_limit
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
        statement = read.write_list((), True, False, False, False, write_limit(21))
        plan = fetch(f"EXPLAIN QUERY PLAN {statement}", [*read.get_gate(), "news", "en"])
        assert "document_list" in str(plan)
        assert "ORDER BY" not in str(plan)  # no sorting
