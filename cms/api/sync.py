"""Every change since an app asked last: what to put in, what to forget, and in which order.

Each page stands once in the order of changes, where it was changed last; so whoever has followed
the order to its end holds what a list of everything would give, and nothing is sent twice.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.api import answers, cursors, query
from cms.delivery import changes, read
from cms.delivery.models import Counter
from cms.delivery.statements import fetch
from treatment_forms.api.problems import Problem

FEW, MOST = 100, 500
LONGEST_AWAY = timedelta(days=90)
"""How long an app may stay away; what is gone for longer is no longer told of."""

PARAMETERS: Mapping[str, query.Read] = {
    "cursor": query.text,
    "locale": query.locale,
    "limit": query.between(1, MOST),
}
IN_LANGUAGE = "AND (%s = '' OR locale = %s)"
RECALLS = f"""
SELECT change, page_id, locale, reason FROM delivery_document
WHERE change > %s AND NOT is_public AND reason = 'recalled' {IN_LANGUAGE}
ORDER BY change LIMIT %s
"""  # noqa: S608  (constants of ours; values are bound)
PAGES = f"""
SELECT change, page_id, locale, CASE WHEN is_public THEN '' ELSE reason END, disclaimer_key
FROM delivery_document
WHERE change > %s AND (is_public OR change > %s) AND (is_public OR reason <> 'recalled')
{IN_LANGUAGE} ORDER BY change LIMIT %s
"""  # noqa: S608  (constants of ours; values are bound)
DISCLAIMERS = f"""
SELECT change, key, locale, is_valid, body FROM delivery_disclaimertext
WHERE change > %s AND (is_valid OR change > %s) {IN_LANGUAGE} ORDER BY change LIMIT %s
"""  # noqa: S608  (constants of ours; values are bound)
TEXTS = f"SELECT d.page_id, d.card, d.body, t.key, t.version {read.ONE} AND d.page_id IN "


@dataclass(frozen=True)
class Place:
    """How far an app has come.

    Attributes:
        seen: the change up to which everything but recalls was told.
        recalled: the change up to which recalls were told: they go before all others.
        began: the last change before the app first asked; what was gone by then it never had.
        asked_on: days since 1970-01-01.
    """

    seen: int
    recalled: int
    began: int
    asked_on: int

    def pack(self) -> bytes:
        return b"".join(number.to_bytes(8, "big") for number in vars(self).values())

    @classmethod
    def unpack(cls, packed: bytes) -> "Place":
        return cls(*(int.from_bytes(packed[i : i + 8], "big") for i in range(0, 32, 8)))


class Change(NamedTuple):
    number: int
    content: bytes


def sync(request: HttpRequest) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], PARAMETERS)
    locale, limit = given.get("locale", ""), given.get("limit", FEW)
    changes.number()
    last = get_last()
    place = read_place(given["cursor"], locale, last) if "cursor" in given else begin(last)
    told, place, has_more = collect(place, locale, limit)
    content = b'{"changes":[%b],"cursor":"%b","has_more":%b}' % (
        b",".join(told),
        write_place(place, locale),
        b"true" if has_more else b"false",
    )
    stamp = hashlib.blake2b(content, digest_size=12).hexdigest()
    return answers.not_modified(request, stamp, locale) or answers.answer(
        request, stamp, content, locale
    )


# --- Where an app is ------------------------------------------------------------------


def get_today() -> int:
    return int(timezone.now().timestamp()) // 86400


def get_last() -> int:
    """The last change there is."""
    return Counter.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def begin(last: int) -> Place:
    return Place(seen=0, recalled=last, began=last, asked_on=get_today())


def write_place(place: Place, locale: str) -> bytes:
    now = replace(place, asked_on=get_today())
    return cursors.write(("sync", locale), now.pack(), 0).encode()


def read_place(cursor: str, locale: str, last: int) -> Place:
    """
    Raises:
        Problem: 400 for what is no cursor of this language's changes; 410 for one from before
            what we remember, or from a database that was put back to an earlier day.
    """
    packed, _zero = cursors.read(("sync", locale), cursor)
    place = Place.unpack(packed)
    too_old = get_today() - place.asked_on > LONGEST_AWAY.days
    if too_old or max(place.seen, place.recalled) > last:
        words = _("This cursor is too old. Forget what you have, and begin without a cursor.")
        raise Problem(410, "cursor_expired", words, field="cursor")
    return place


# --- What has changed -----------------------------------------------------------------


def collect(place: Place, locale: str, limit: int) -> tuple[list[bytes], Place, bool]:
    """The next changes, recalls first; how far that is; and whether there are more."""
    recalls = fetch(RECALLS, [place.recalled, locale, locale, limit + 1])
    told = [write_remove(row[1], row[2], row[3]) for row in recalls[:limit]]
    if recalls:
        place = replace(place, recalled=recalls[:limit][-1][0])
    if len(recalls) >= limit:
        return told, place, True
    room = limit - len(told)
    others = list(find_others(place, locale, room))
    if others:
        place = replace(place, seen=others[:room][-1].number)
    return [*told, *(one.content for one in others[:room])], place, len(others) > room


def find_others(place: Place, locale: str, room: int) -> Iterator[Change]:
    """Of pages and disclaimers in the order of their numbers, and one more where there are more."""
    asked = [place.seen, place.began, locale, locale, room + 1]
    pages, disclaimers = fetch(PAGES, asked), fetch(DISCLAIMERS, asked)
    numbers = sorted([row[0] for row in pages] + [row[0] for row in disclaimers])[: room + 1]
    if not numbers:
        return
    within = [row for row in pages if row[0] <= numbers[-1]]
    found = {row[0]: write_disclaimer(row) for row in disclaimers if row[0] <= numbers[-1]}
    found |= dict(write_pages(within))
    for number in numbers:
        yield Change(number, found[number])


def write_pages(rows: list[Any]) -> Iterator[tuple[int, bytes]]:
    there = [row[1] for row in rows if not row[3]]
    texts = {row[0]: row[1:] for row in get_texts(there)}
    for change, page_id, locale, reason, disclaimer_key in rows:
        if page_id in texts:
            yield change, write_upsert(page_id, locale, *texts[page_id])
        else:  # its row says that it is there, and yet it may not be shown now
            otherwise = "recalled" if disclaimer_key else "unpublished"
            yield change, write_remove(page_id, locale, reason or otherwise)


def get_texts(page_ids: list[int]) -> list[Any]:
    if not page_ids:
        return []
    marks = ", ".join(["%s"] * len(page_ids))
    return fetch(f"{TEXTS} ({marks})", [*read.get_gate(), *page_ids])


def write_upsert(
    page_id: int, locale: str, card: bytes, body: bytes, key: str | None, version: int | None
) -> bytes:
    named = b'{"key":"%b","version":%d}' % (key.encode(), version or 0) if key else b""
    return (b'{"change":"upsert","id":%d,"locale":"%b","card":%b,"body":%b,"disclaimers":[%b]}') % (
        page_id,
        locale.encode(),
        card,
        body,
        named,
    )


def write_remove(page_id: int, locale: str, reason: str) -> bytes:
    return b'{"change":"remove","id":%d,"locale":"%b","reason":"%b"}' % (
        page_id,
        locale.encode(),
        reason.encode(),
    )


def write_disclaimer(row: Any) -> bytes:
    _change, key, locale, is_valid, body = row
    named = b'"key":"%b","locale":"%b"' % (key.encode(), locale.encode())
    if not is_valid:
        return b'{"change":"disclaimer_removed",%b}' % named
    return b'{"change":"disclaimer",%b,"disclaimer":%b}' % (named, body)
