"""The order of changes, for apps that follow them."""

from django.db import connection, transaction

from cms.delivery.models import Counter, DisclaimerText, Document, Reason

AT_ONCE = 5000
# What must be forgotten comes before what may be learnt.
NUMBER = """
WITH waiting AS (
    SELECT {pk} AS pk, {first} AS first FROM {table} WHERE change IS NULL
    ORDER BY {first} DESC, {pk} LIMIT {limit} {skip}
), numbered AS (
    SELECT pk, row_number() OVER (ORDER BY first DESC, pk) AS n FROM waiting
)
UPDATE {table} SET change = %s + numbered.n FROM numbered WHERE {table}.{pk} = numbered.pk
"""
RECALLED = f"CASE WHEN reason = '{Reason.RECALLED}' THEN 1 ELSE 0 END"


def has_waiting() -> bool:
    return (
        Document.objects.filter(change__isnull=True).exists()
        or DisclaimerText.objects.filter(change__isnull=True).exists()
    )


def number() -> int:
    """Give every change that was committed its number; how many there were.

    Only here numbers are given, under the lock of one row, and only to rows that are committed:
    whoever has read up to a number has seen every change below it. A publisher never waits for
    this lock. Called after each commit, by the workers, and by whoever reads changes.
    """
    done = 0
    while has_waiting():
        with transaction.atomic():
            given = number_some()
        done += given
        if not given:  # all that wait are being changed again just now
            break
    return done


def number_some() -> int:
    counter, _ = Counter.objects.select_for_update().get_or_create(pk=1)
    last = counter.value
    tables = ((DisclaimerText, "disclaimer_id", "0"), (Document, "page_id", RECALLED))
    for model, pk, first in tables:
        last += _number_table(model._meta.db_table, pk, first, last)
    given = last - counter.value
    Counter.objects.filter(pk=1).update(value=last)
    return given


def _number_table(table: str, pk: str, first: str, last: int) -> int:
    skip = "" if connection.vendor == "sqlite" else "FOR UPDATE SKIP LOCKED"
    statement = NUMBER.format(table=table, pk=pk, first=first, limit=AT_ONCE, skip=skip)
    with connection.cursor() as cursor:
        cursor.execute(statement, [last])
        return int(cursor.rowcount)
