"""PostgreSQL reads a list from its index, stops where the list ends, and plans it once."""

import pytest
from django.db import connection

from cms.delivery.read import Listing, get_list
from cms.delivery.statements import is_postgres
from tests.factories import make_news

pytestmark = pytest.mark.django_db


def test_a_list_is_planned_once_for_each_connection():
    if not is_postgres():
        pytest.skip("SQLite plans in no time")
    make_news()
    for _time in range(7):  # PostgreSQL chooses after five
        assert get_list(Listing("news", "en"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%d.card%LIMIT 21%'"
        )
        generic, custom = cursor.fetchone()
    assert generic >= 7
    assert custom == 0
