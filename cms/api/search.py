"""Search for apps: cards of any kind, the best first, with what was found in them."""

import hashlib
import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from cms.api import answers, cursors, query
from cms.api.content import check_locale
from cms.api.schemas import SearchAnswer
from cms.finding import find as finding
from cms.finding.index import MARKS
from treatment_forms.api import describe
from treatment_forms.api.problems import Problem

FEW, MOST = 20, 50
LONGEST = 200
MATCH = re.compile("{}(.*?){}".format(*MARKS), re.DOTALL)
RANK = struct.Struct(">d")


router = Router(tags=["content"])
Question = Annotated[
    str, Query(description="Words; all must be there, in any of their forms.", max_length=LONGEST)
]
Locale = Annotated[
    str | None, Query(description="Of the content. The site's first one if left out.")
]
Limit = Annotated[int, Query(description="How many at most.", ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(description="`next` of the answer before, same parameters.")]


def question(name: str, text: str) -> str:
    if len(text) > LONGEST:
        raise query.wrong(name, _("is too long"))
    return text


PARAMETERS: Mapping[str, query.Read] = {
    "q": question,
    "locale": query.locale,
    "limit": query.between(1, MOST),
    "cursor": query.text,
}


@router.get(
    "/search",
    operation_id="search",
    url_name="search",
    summary="Search pages of any type",
    response={200: SearchAnswer, **describe.errors(400, 422)},
)
def describe_search(
    request: HttpRequest,
    q: Question,
    locale: Locale = None,
    limit: Limit = FEW,
    cursor: Cursor = None,
) -> HttpResponse:
    """The best first, at most 200 in all."""
    return search(request)


def search(request: HttpRequest) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], PARAMETERS)
    if "q" not in given:
        raise Problem(400, "missing_parameter", _("The parameter “q” is needed."), field="q")
    locale, limit = given.get("locale", settings.LANGUAGE_CODE), given.get("limit", FEW)
    words = finding.split(given["q"])
    name = ("search", locale, *words)
    after = cursors.read(name, given["cursor"]) if "cursor" in given else None
    hits = skip(finding.find(words, locale), after)
    if not hits and after is None:
        check_locale(locale)
    shown = hits[:limit]
    cursor = write_cursor(name, shown[-1]) if len(hits) > limit else None
    found = finding.show([hit.page_id for hit in shown], words, locale)
    content = write(found, cursor)
    stamp = hashlib.blake2b(content, digest_size=12).hexdigest()
    return answers.not_modified(request, stamp, locale) or answers.answer(
        request, stamp, content, locale
    )


def skip(hits: Sequence[finding.Hit], after: tuple[bytes, int] | None) -> Sequence[finding.Hit]:
    """Those behind this place. A hit whose rank has changed since may come twice or not at all."""
    if after is None:
        return hits
    packed, page_id = after
    rank = RANK.unpack(packed)[0] if len(packed) == RANK.size else 0.0
    numbers = [hit.page_id for hit in hits]
    if page_id in numbers:
        return hits[numbers.index(page_id) + 1 :]
    return [hit for hit in hits if abs(hit.rank) < abs(rank)]


def write_cursor(name: Sequence[str], last: finding.Hit) -> str:
    return cursors.write(name, RANK.pack(last.rank), last.page_id)


def write(found: Sequence[finding.Found], cursor: str | None) -> bytes:
    items = b",".join(
        b'{"card":%b,"title":%b,"excerpt":%b}' % (one.card, mark(one.title), mark(one.excerpt))
        for one in found
    )
    return b'{"items":[%b],"next":%b}' % (items, json.dumps(cursor).encode())


def mark(text: str) -> bytes:
    """As pieces that say whether they were found."""
    pieces = [{"text": piece, "is_match": is_match} for piece, is_match in split(text) if piece]
    return json.dumps(pieces, ensure_ascii=False).encode()


def split(text: str) -> Iterator[tuple[str, Any]]:
    for number, piece in enumerate(MATCH.split(text)):
        yield piece.translate(dict.fromkeys(map(ord, MARKS))), number % 2 == 1
