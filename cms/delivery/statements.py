"""Asking the database for rows as bytes, with nothing in between."""

import time
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

Row = tuple[Any, ...]
SIZES = (21, 101, 501, 1001)


def write_limit(rows: int) -> str:
    """At least so many rows; the caller cuts what is too much.

    A number in the statement and no value: only so the plan is one for few rows. Only some sizes,
    so that a connection has few statements to remember.
    """
    return f"LIMIT {next(size for size in SIZES if size >= rows)}"


def fetch(statement: str, values: Sequence[Any]) -> list[Row]:
    """All rows; binary columns are bytes on both databases.

    On PostgreSQL the statement is prepared once for each connection and its answer is not turned
    into text on the way: for short statements that is most of what Django's cursor costs. A pooler
    that hands connections from one to another in between needs `prepare_threshold: None`.
    """
    began = time.monotonic()
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks this up for each attribute
    ask = _fetch_from_postgres if database.vendor == "postgresql" else _fetch
    rows = ask(database, statement, values)
    if database.queries_logged:
        taken = f"{time.monotonic() - began:.3f}"
        database.queries_log.append({"sql": statement, "time": taken})
    return rows


# PostgreSQL planned a list anew each time, which took three times as long as reading it: a plan for
# the very values always seemed a little cheaper. None of our statements needs another plan for
# other values. Django's own statements have their values written into them, and no such choice.
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


def plan_once(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Told to each new connection, before any transaction that could take it back."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "postgresql" and options.get("prepare_threshold", 1) is not None:
        connection.connection.execute(PLAN_ONCE)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _fetch_from_postgres(database: Any, statement: str, values: Sequence[Any]) -> list[Row]:
    from psycopg import Cursor  # not needed where SQLite is enough

    database.ensure_connection()
    raw = database.connection
    with database.wrap_database_errors, Cursor(raw) as cursor:
        if raw.prepare_threshold is None:
            raw.prepare_threshold = database.settings_dict["OPTIONS"].get("prepare_threshold", 1)
        return cursor.execute(statement, values, binary=True).fetchall()


def _fetch(database: Any, statement: str, values: Sequence[Any]) -> list[Row]:
    database.ensure_connection()
    cursor = database.connection.cursor()
    with database.wrap_database_errors:
        return list(cursor.execute(statement.replace("%s", "?"), values).fetchall())
