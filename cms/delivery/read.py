"""The questions of the API: each is one statement over indexes.

Whether a reader may see a page was decided when its document was built, and is decided again here:
its row is live, nothing above it is private, and its disclaimer stands as it was approved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cms.delivery.facets import Facet, name_list
from cms.delivery.stamps import hash_path
from cms.delivery.statements import fetch, is_postgres, write_limit

FROM = """
FROM {source}
JOIN wagtailcore_page p ON p.id = d.page_id
LEFT JOIN delivery_disclaimertext t
  ON t.translation_key = d.disclaimer_key AND t.locale = d.locale AND t.is_valid
LEFT JOIN home_disclaimer s
  ON s.id = t.disclaimer_id AND s.live AND s.version = t.version
  AND s.heading = t.heading AND s.body = t.text AND (%s OR NOT s.approval_is_demo)
WHERE d.is_public AND p.live AND (p.expire_at IS NULL OR p.expire_at > %s)
  AND (d.disclaimer_key = '' OR s.id IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page a ON a.id = r.page_id
    WHERE substr(p.path, 1, length(a.path)) = a.path)
"""
ONE = FROM.format(source="delivery_document d")
FILTERED = FROM.format(
    source="delivery_listentry f JOIN delivery_document d ON d.page_id = f.page_id"
)


def get_gate() -> list[Any]:
    """The values of FROM: whether demo approvals count, and the time."""
    return [bool(settings.ACCEPT_DEMO_APPROVALS), as_time()]


def as_time() -> Any:
    now = timezone.now()
    return now if connection.vendor == "postgresql" else now.strftime("%Y-%m-%d %H:%M:%S.%f")


# --- Lists ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Listing:
    """What is asked for: pages of a kind in a language.

    Attributes:
        filters: facets in the order of `facets.ORDER`; all must hold. A clinic is its page.
        after: the place behind which to go on, as the last row had it.
        since: the first position of the list that counts, or empty.
    """

    kind: str
    locale: str
    filters: Sequence[Facet] = ()
    since: bytes = b""
    after: tuple[bytes, int] | None = None
    limit: int = 20
    with_body: bool = False
    with_card: bool = True

    @property
    def is_newest_first(self) -> bool:
        return self.kind == "news"


class ListRow(NamedTuple):
    """One entry; `body` and what follows it only where bodies were asked for.

    Attributes:
        stamp: names all that the list tells of it, and its place.
    """

    page_id: int
    position: bytes
    stamp: str
    card: bytes
    body: bytes
    disclaimer_key: str | None
    disclaimer_version: int | None
    disclaimer: bytes | None


KIND = "AND d.kind = %s AND d.locale = %s"
KEY = "AND f.key = %s"
# The list of a clinic has its translation key at the end of its name.
CLINIC = (
    "AND f.key = %s || (SELECT k.translation_key FROM delivery_document k WHERE k.page_id = %s)"
)
ALSO = "AND EXISTS (SELECT 1 FROM delivery_listentry g WHERE g.page_id = f.page_id AND g.key = %s)"
IN_ONE = "SELECT {join}(stamp, ' ') FROM ({statement}) AS listed"
STAMP = "d.etag"
STAMP_WITH_BODY = "d.etag || COALESCE(t.etag, '')"
CARDS = f"d.page_id, d.position, {STAMP}, d.card, NULL, NULL, NULL, NULL"
BODIES = f"d.page_id, d.position, {STAMP_WITH_BODY}, d.card, d.body, t.key, t.version, t.body"


def get_list(asked: Listing) -> list[ListRow]:
    """Its rows, and one more where there are more."""
    statement, values = ask_list(asked, BODIES if asked.with_body else CARDS)
    return [ListRow(*row) for row in fetch(statement, values)[: asked.limit + 1]]


def get_stamps(asked: Listing) -> list[str]:
    """Those of its rows, and of one more where there are more: in one row, without the texts."""
    stamp = STAMP_WITH_BODY if asked.with_body else STAMP
    statement, values = ask_list(asked, f"{stamp} AS stamp")
    join = "string_agg" if is_postgres() else "group_concat"
    rows = fetch(IN_ONE.format(join=join, statement=statement), values)
    return (rows[0][0] or "").split()[: asked.limit + 1]


def ask_list(asked: Listing, columns: str) -> tuple[str, list[Any]]:
    where, values = find_list(asked)
    statement = write_list(
        columns,
        where,
        asked.is_newest_first,
        bool(asked.since),
        asked.after is not None,
        write_limit(asked.limit + 1),
    )
    since = [asked.since] if asked.since else []
    return statement, [*get_gate(), *values, *since, *(asked.after or ())]


def find_list(asked: Listing) -> tuple[tuple[str, ...], list[Any]]:
    """Which index holds the list that is asked for: conditions, and their values."""
    place, facets = (asked.kind, asked.locale), dict(asked.filters)
    if not facets:
        return (KIND,), [*place]
    if "clinic" not in facets:
        return (KEY,), [name_list(*place, asked.filters)]
    clinic, country = facets.pop("clinic"), facets.pop("country", None)
    values: list[Any] = [name_list(*place, [*facets.items(), ("clinic", "")]), clinic]
    if country is None:
        return (CLINIC,), values
    return (CLINIC, ALSO), [*values, name_list(*place, [("country", country)])]


@cache
def write_list(
    columns: str, where: tuple[str, ...], newest_first: bool, since: bool, after: bool, limit: str
) -> str:
    """The statement for lists of this shape. Its text is all ours; values are only ever bound."""
    head, source = ("d", ONE) if KIND in where else ("f", FILTERED)
    sign, order = ("<", "DESC") if newest_first else (">", "ASC")
    parts = [f"SELECT {columns}", source, *where]
    if since:
        parts.append(f"AND {head}.position >= %s")
    if after:
        parts.append(f"AND ({head}.position, {head}.page_id) {sign} (%s, %s)")
    parts.append(f"ORDER BY {head}.position {order}, {head}.page_id {order} {limit}")
    return "\n".join(parts)


# --- One page -------------------------------------------------------------------------

# All languages of a page that readers may have, with the text of those that may be the answer.
PAGE = f"""
SELECT d.page_id, d.locale, d.etag, {{text}}, t.key, t.version, t.etag, {{disclaimer}}
{ONE}
"""
WHOLE = PAGE.format(
    text="CASE WHEN d.locale = %s OR d.locale = %s THEN d.body END", disclaimer="t.body"
)
WHOLE_OF_ONE = PAGE.format(text="d.body", disclaimer="t.body")
STAMPS = PAGE.format(text="NULL", disclaimer="NULL")
BY_ID = "AND d.page_id = %s"
TWINS_BY_ID = """
AND d.translation_key = (SELECT k.translation_key FROM delivery_document k WHERE k.page_id = %s)
"""
TWINS_BY_PATH = """
AND d.translation_key = (
  SELECT k.translation_key FROM delivery_document k WHERE k.path_hash IN ({marks})
  ORDER BY CASE WHEN k.path_hash = %s THEN 0 ELSE 1 END, k.is_public DESC, k.page_id LIMIT 1)
"""
DISCLAIMER = """
SELECT t.etag, t.body
FROM delivery_disclaimertext t
JOIN delivery_document d ON d.disclaimer_key = t.translation_key
JOIN home_disclaimer s
  ON s.id = t.disclaimer_id AND s.live AND s.version = t.version
  AND s.heading = t.heading AND s.body = t.text AND (%s OR NOT s.approval_is_demo)
WHERE t.is_valid AND d.page_id = %s AND t.locale = %s
"""


class PageRow(NamedTuple):
    """A page in one language. The texts are missing where only stamps were asked for."""

    page_id: int
    locale: str
    etag: str
    body: bytes | None
    disclaimer_key: str | None
    disclaimer_version: int | None
    disclaimer_etag: str | None
    disclaimer: bytes | None


def get_page(page_id: int, *, stamps_only: bool = False) -> list[PageRow]:
    """The page itself, in whatever language it is; nothing where readers may not have it."""
    return _get(BY_ID, [page_id], None, stamps_only)


def get_twins(
    page_id: int, locales: tuple[str, str], *, stamps_only: bool = False
) -> list[PageRow]:
    """The page in every language there is; with its text in these two."""
    return _get(TWINS_BY_ID, [page_id], locales, stamps_only)


def get_twins_by_path(
    paths: Sequence[str], locales: tuple[str, str], *, stamps_only: bool = False
) -> list[PageRow]:
    """As `get_twins`; the page stands, or stood, at the first of these addresses, or else at one
    of the others, which are the same in other languages."""
    hashes = [hash_path(path) for path in paths]
    condition = TWINS_BY_PATH.format(marks=", ".join(["%s"] * len(hashes)))
    return _get(condition, [*hashes, hashes[0]], locales, stamps_only)


def _get(
    condition: str, values: Sequence[Any], locales: tuple[str, str] | None, stamps_only: bool
) -> list[PageRow]:
    asked: Sequence[str] = () if locales is None or stamps_only else locales
    head = STAMPS if stamps_only else WHOLE if locales else WHOLE_OF_ONE
    rows = fetch(head + condition, [*asked, *get_gate(), *values])
    return [PageRow(*row) for row in rows]


def get_disclaimer(page_id: int, locale: str) -> tuple[str, bytes] | None:
    """The page's disclaimer in another language than its own, where it is valid there."""
    demo = bool(settings.ACCEPT_DEMO_APPROVALS)
    rows = fetch(DISCLAIMER, [demo, page_id, locale])
    return (rows[0][0], rows[0][1]) if rows else None


# --- What stands around the content ---------------------------------------------------

SECTION_DEPTH = 3  # the root of the tree, the home page of a language, and then its sections
FRAME = f"""
SELECT d.card, d.kind, d.translation_key, p.depth, p.show_in_menus
{ONE}
AND d.locale = %s AND (p.depth <= {SECTION_DEPTH} OR d.translation_key = %s)
ORDER BY p.path
"""
COUNTS = """
SELECT l.language_code, count(d.page_id), count(o.page_id)
FROM wagtailcore_locale l
LEFT JOIN delivery_document d ON d.locale = l.language_code AND d.is_public
LEFT JOIN delivery_document o
  ON o.translation_key = d.translation_key AND o.locale = %s AND o.is_public
GROUP BY l.id, l.language_code ORDER BY l.id
"""


class FrameRow(NamedTuple):
    card: bytes
    kind: str
    translation_key: str
    depth: int
    show_in_menus: bool


def get_frame(locale: str, request_key: str) -> list[FrameRow]:
    """The home page and its sections in the order of the tree, and the request form."""
    return [FrameRow(*row) for row in fetch(FRAME, [*get_gate(), locale, request_key])]


def count_pages(default: str) -> list[tuple[str, int, int]]:
    """For each language its pages, and how many of them are there in the default language too."""
    return [(str(code), int(pages), int(same)) for code, pages, same in fetch(COUNTS, [default])]
