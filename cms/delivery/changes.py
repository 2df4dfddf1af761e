"""The order of changes, for apps that follow them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from cms.delivery.models import Counter, DisclaimerText, Document, Reason
from cms.delivery.read import as_time
from cms.delivery.statements import fetch, write_limit

AT_ONCE = 5000
# What must be forgotten comes before what may be learnt.
NUMBER = """
UPDATE {table} SET change = %s + numbered.n
FROM (
  SELECT pk, row_number() OVER (ORDER BY urgent DESC, pk) AS n
  FROM (
    SELECT {pk} AS pk, {urgent} AS urgent FROM {table} WHERE change IS NULL
    ORDER BY urgent DESC, pk LIMIT {limit} {skip}
  ) AS waiting
) AS numbered
WHERE {table}.{pk} = numbered.pk
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
        if given < AT_ONCE:  # what still waits is being changed again just now
            break
    return done


def number_some() -> int:
    counter, _ = Counter.objects.select_for_update().get_or_create(pk=1)
    last = counter.value
    tables = ((DisclaimerText, "disclaimer_id", "0"), (Document, "page_id", RECALLED))
    for model, pk, urgent in tables:
        last += _number_table(model._meta.db_table, pk, urgent, last)
    given = last - counter.value
    Counter.objects.filter(pk=1).update(value=last)
    return given


def _number_table(table: str, pk: str, urgent: str, last: int) -> int:
    skip = "" if connection.vendor == "sqlite" else "FOR UPDATE SKIP LOCKED"
    statement = NUMBER.format(table=table, pk=pk, urgent=urgent, limit=AT_ONCE, skip=skip)
    with connection.cursor() as cursor:
        cursor.execute(statement, [last])
        return int(cursor.rowcount)


# --- Reading --------------------------------------------------------------------------

TOMBSTONE_DAYS = 90


class Change(NamedTuple):
    """What became of one page or disclaimer, as it is now.

    Attributes:
        id: the page's number; of a disclaimer its own.
        kind: the document's `type`; `disclaimer` for those.
        is_there: readers may have it at this moment. Without it, `reason` says why they may not,
            and there are no texts.
        key, version: of the page's disclaimer, as it stands; of a disclaimer its own.
        body: with the disclaimer's version left open, see `disclaimers.with_version`.
    """

    number: int
    id: int
    kind: str
    locale: str
    translation_key: str
    path: str
    is_there: bool
    reason: str
    key: str | None
    version: int | None
    card: bytes
    body: bytes


PAGES = """
SELECT d.change, d.page_id, d.kind, d.locale, d.translation_key, d.path,
  CASE WHEN d.is_public AND p.live AND (p.expire_at IS NULL OR p.expire_at > %s)
    AND (d.disclaimer_key = '' OR s.id IS NOT NULL)
    AND NOT EXISTS (
      SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page a ON a.id = r.page_id
      WHERE substr(p.path, 1, length(a.path)) = a.path)
    THEN 1 ELSE 0 END,
  CASE WHEN NOT d.is_public THEN d.reason WHEN d.disclaimer_key <> '' THEN 'recalled'
    ELSE 'unpublished' END, t.key, t.version, d.card, d.body
FROM delivery_document d
LEFT JOIN wagtailcore_page p ON p.id = d.page_id
LEFT JOIN delivery_disclaimertext t
  ON t.translation_key = d.disclaimer_key AND t.locale = d.locale AND t.is_valid
LEFT JOIN home_disclaimer s
  ON s.id = t.disclaimer_id AND s.live AND s.version = t.version
  AND s.heading = t.heading AND s.body = t.text AND (%s OR NOT s.approval_is_demo)
WHERE d.change > %s {locale} ORDER BY d.change {limit}
"""
DISCLAIMERS = """
SELECT t.change, t.disclaimer_id, 'disclaimer', t.locale, t.translation_key, '',
  CASE WHEN t.is_valid AND s.id IS NOT NULL THEN 1 ELSE 0 END,
  'unpublished', t.key, t.version, t.body, t.body
FROM delivery_disclaimertext t
LEFT JOIN home_disclaimer s
  ON s.id = t.disclaimer_id AND s.live AND s.version = t.version
  AND s.heading = t.heading AND s.body = t.text AND (%s OR NOT s.approval_is_demo)
WHERE t.change > %s {locale} ORDER BY t.change {limit}
"""


def get_changes(after: int, limit: int, locale: str = "") -> list[Change]:
    """The next changes behind this number, in order; of one language, or of all.

    Two statements, and a third where something waits for its number. A page stands in it once, at
    its last change. What was hidden behind our back is told as gone where its change is read.
    """
    if has_waiting():
        number()
    demo, where = bool(settings.ACCEPT_DEMO_APPROVALS), [locale] if locale else []
    size = write_limit(limit)
    pages = PAGES.format(locale="AND d.locale = %s" if locale else "", limit=size)
    texts = DISCLAIMERS.format(locale="AND t.locale = %s" if locale else "", limit=size)
    rows = fetch(pages, [as_time(), demo, after, *where])
    rows += fetch(texts, [demo, after, *where])
    return [as_change(row) for row in sorted(rows, key=lambda row: int(row[0]))[:limit]]


def as_change(row: Sequence[Any]) -> Change:
    change = Change(*row)
    if change.is_there:
        return change._replace(is_there=True, reason="")
    reason = change.reason or Reason.UNPUBLISHED.value  # it could not be built
    return change._replace(is_there=False, reason=reason, card=b"", body=b"")


def get_forgotten() -> int:
    """Who has read less than this has missed removals, and must begin anew."""
    found = Counter.objects.filter(pk=1).values_list("forgotten", flat=True).first()
    return found or 0


@transaction.atomic
def forget(now: datetime) -> None:
    """Throw away the tombstones that every app has had the time to read."""
    old = Document.objects.filter(
        is_public=False, change__isnull=False, built_at__lt=now - timedelta(days=TOMBSTONE_DAYS)
    )
    last = old.aggregate(last=Max("change"))["last"]
    if last is not None:
        Counter.objects.filter(pk=1, forgotten__lt=last).update(forgotten=last)
        old.filter(change__lte=last).delete()
