"""Every change since an app asked last: what to put in, what to forget, and in which order.

Each page stands once in the order of changes, where it was changed last; so whoever has followed
the order to its end holds what a list of everything would give, and nothing is sent twice.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from cms.api import answers, cursors, query
from cms.api.content import check_locale
from cms.api.schemas import SyncAnswer
from cms.delivery import changes, disclaimers
from cms.delivery.models import Counter
from cms.delivery.statements import fetch
from treatment_forms.api import describe
from treatment_forms.api.problems import Problem

FEW, MOST = 100, 500
PARAMETERS: Mapping[str, query.Read] = {
    "cursor": query.text,
    "locale": query.locale,
    "limit": query.between(1, MOST),
}
# Recalls of what is still being followed, before everything else.
RECALLS = """
SELECT change, page_id, locale FROM delivery_document
WHERE change > %s AND NOT is_public AND reason = 'recalled' AND (%s = '' OR locale = %s)
ORDER BY change LIMIT %s
"""


@dataclass(frozen=True)
class Place:
    """How far an app has come.

    Attributes:
        seen: the change up to which everything but recalls was told.
        recalled: the change up to which recalls were told: they go before all others.
        began: the last change before the app first asked; what was gone by then it never had.
    """

    seen: int
    recalled: int
    began: int

    def pack(self) -> bytes:
        return b"".join(number.to_bytes(8, "big") for number in vars(self).values())

    @classmethod
    def unpack(cls, packed: bytes) -> "Place":
        return cls(*(int.from_bytes(packed[i : i + 8], "big") for i in range(0, 24, 8)))


router = Router(tags=["content"])
Cursor = Annotated[str | None, Query(description="As the last answer had it; none: from zero.")]
Locale = Annotated[
    str | None, Query(description="Only this language; always the same with a cursor.")
]
Limit = Annotated[int, Query(description="How many changes at most.", ge=1, le=MOST)]


@router.get(
    "/sync",
    operation_id="sync",
    url_name="sync",
    summary="Read what has changed",
    response={200: SyncAnswer, **describe.errors(400, 410, 422)},
)
def describe_sync(
    request: HttpRequest, cursor: Cursor = None, locale: Locale = None, limit: Limit = FEW
) -> HttpResponse:
    """Every change since the cursor, what was recalled first.

    410: the cursor is too old; forget what you have and begin without one.
    """
    return sync(request)


def sync(request: HttpRequest) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], PARAMETERS)
    locale, limit = given.get("locale", ""), given.get("limit", FEW)
    changes.number()
    last = get_last()
    place = read_place(given["cursor"], locale, last) if "cursor" in given else begin(last)
    told, place, has_more = collect(place, locale, limit)
    if locale and not told and "cursor" not in given:
        check_locale(locale)
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


def get_last() -> int:
    """The last change there is."""
    return Counter.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def begin(last: int) -> Place:
    return Place(seen=0, recalled=last, began=last)


def write_place(place: Place, locale: str) -> bytes:
    return cursors.write(("sync", locale), place.pack(), 0).encode()


def read_place(cursor: str, locale: str, last: int) -> Place:
    """
    Raises:
        Problem: 400 for what is no cursor of this language's changes; 410 for one from before
            what we remember, or from a database that was put back to an earlier day.
    """
    packed, _zero = cursors.read(("sync", locale), cursor)
    place = Place.unpack(packed)
    is_late = max(place.seen, place.began) < changes.get_forgotten()
    if is_late or max(place.seen, place.recalled, place.began) > last:
        words = _("This cursor is too old. Forget what you have, and begin without a cursor.")
        raise Problem(410, "cursor_expired", words, field="cursor")
    return place


# --- What has changed -----------------------------------------------------------------


def collect(place: Place, locale: str, limit: int) -> tuple[list[bytes], Place, bool]:
    """The next changes, recalls first; how far that is; and whether there are more."""
    recalls = fetch(RECALLS, [place.recalled, locale, locale, limit])
    told = [write_remove(page_id, code, "recalled") for _, page_id, code in recalls]
    if recalls:
        place = replace(place, recalled=recalls[-1][0])
    if len(recalls) == limit:
        return told, place, True
    found = changes.get_changes(place.seen, limit - len(told) + 1, locale)
    shown = found[: limit - len(told)]
    told += [write_change(change) for change in shown if is_news(change, place)]
    if shown:
        place = replace(place, seen=shown[-1].number)
    return told, place, len(found) > len(shown)


def is_news(change: changes.Change, place: Place) -> bool:
    """Not what an app never had, nor a recall that it was told of out of turn."""
    if change.is_there:
        return True
    told = place.recalled if change.reason == "recalled" else place.began
    return change.number > told


def write_change(change: changes.Change) -> bytes:
    if change.kind == "disclaimer":
        return write_disclaimer(change)
    return write_upsert(change) if change.is_there else write_remove(*get_removal(change))


def get_removal(change: changes.Change) -> tuple[int, str, str]:
    return change.id, change.locale, change.reason


def write_upsert(change: changes.Change) -> bytes:
    body = change.body
    if change.key and change.version is not None:
        body = disclaimers.with_version(body, change.key, change.version)
    return b'{"change":"upsert","id":%d,"locale":"%b","card":%b,"body":%b}' % (
        change.id,
        change.locale.encode(),
        change.card,
        body,
    )


def write_remove(page_id: int, locale: str, reason: str) -> bytes:
    return b'{"change":"remove","id":%d,"locale":"%b","reason":"%b"}' % (
        page_id,
        locale.encode(),
        reason.encode(),
    )


def write_disclaimer(change: changes.Change) -> bytes:
    named = b'"key":"%b","locale":"%b"' % ((change.key or "").encode(), change.locale.encode())
    if not change.is_there:
        return b'{"change":"disclaimer_removed",%b}' % named
    return b'{"change":"disclaimer",%b,"disclaimer":%b}' % (named, change.body)
