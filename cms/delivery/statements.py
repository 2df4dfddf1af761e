"""Asking the database for rows as bytes, with nothing in between."""

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection

Row = tuple[Any, ...]


def fetch(statement: str, values: Sequence[Any]) -> list[Row]:
    """All rows; binary columns are bytes on both databases.

    On PostgreSQL the statement is prepared once for each connection and its answer is not turned
    into text on the way: for short statements that is most of what Django's cursor costs. A pooler
    that hands connections from one to another in between needs `prepare_threshold: None`.
    """
    began = time.monotonic()
    rows = _fetch_from_postgres(statement, values) if is_postgres() else _fetch(statement, values)
    if connection.queries_logged:
        taken = f"{time.monotonic() - began:.3f}"
        connection.queries_log.append({"sql": statement, "time": taken})
    return rows


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _fetch_from_postgres(statement: str, values: Sequence[Any]) -> list[Row]:
    from psycopg import Cursor  # not needed where SQLite is enough

    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = connection.settings_dict["OPTIONS"].get("prepare_threshold", 1)
    with connection.wrap_database_errors, Cursor(raw) as cursor:
        return cursor.execute(statement, values, binary=True).fetchall()


def _fetch(statement: str, values: Sequence[Any]) -> list[Row]:
    cursor = connection.connection.cursor() if connection.connection else None
    if cursor is None:
        connection.ensure_connection()
        cursor = connection.connection.cursor()
    with connection.wrap_database_errors:
        return list(cursor.execute(statement.replace("%s", "?"), values).fetchall())
