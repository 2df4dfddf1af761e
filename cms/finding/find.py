"""Asking for pages by their words: two statements, each with a bound on what it may cost."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from cms.delivery import read
from cms.delivery.statements import fetch
from cms.finding.index import MARKS, get_configuration

MOST_WORDS = 10
MOST = 200
RANKED = 1000
"""As many hits are ranked; of more, the newest pages."""

WORD = re.compile(r"[^\W_]+")
HITS_IN_SQLITE = f"""
(
    SELECT rowid AS page_id, bm25(finding_words, 0, 10, 1) AS rank FROM finding_words
    WHERE finding_words MATCH %s ORDER BY rowid DESC LIMIT {RANKED}
) h JOIN delivery_document d ON d.page_id = h.page_id
"""  # noqa: S608  (constants of ours; values are bound)
SQLITE = f"""
SELECT h.page_id, h.rank {read.FROM.format(source=HITS_IN_SQLITE)} AND d.locale = %s
ORDER BY h.rank, h.page_id DESC LIMIT {MOST}
"""
HITS_IN_POSTGRESQL = f"""
(
    SELECT n.page_id, ts_rank_cd(n.stems, n.query, 1)::float8 AS rank FROM (
        SELECT w.page_id, w.stems, q.query
        FROM plainto_tsquery(%s::regconfig, %s) AS q(query), finding_words w
        WHERE w.stems @@ q.query AND w.locale = %s ORDER BY w.page_id DESC LIMIT {RANKED}
    ) n
) h JOIN delivery_document d ON d.page_id = h.page_id
"""  # noqa: S608  (constants of ours; values are bound)
POSTGRESQL = f"""
SELECT h.page_id, h.rank {read.FROM.format(source=HITS_IN_POSTGRESQL)} AND d.locale = %s
ORDER BY h.rank DESC, h.page_id DESC LIMIT {MOST}
"""
HEADLINE = "StartSel={},StopSel={},MaxFragments=1,MinWords=12,MaxWords=32".format(*MARKS)
WHOLE = "StartSel={},StopSel={},HighlightAll=true".format(*MARKS)
SHOW_SQLITE = f"""
WITH found AS (
    SELECT rowid AS page_id, highlight(finding_words, 1, %s, %s) AS title,
        snippet(finding_words, 2, %s, %s, '…', 32) AS excerpt
    FROM finding_words WHERE finding_words MATCH %s AND rowid IN ({{ids}})
)
SELECT d.page_id, d.card, found.title, found.excerpt
{read.FROM.format(source="found JOIN delivery_document d ON d.page_id = found.page_id")}
"""  # noqa: S608  (constants of ours; values are bound)
SHOWN_IN_POSTGRESQL = """
plainto_tsquery(%s::regconfig, %s) AS q(query), finding_words w
JOIN delivery_document d ON d.page_id = w.page_id
"""
SHOW_POSTGRESQL = f"""
SELECT d.page_id, d.card, ts_headline(%s::regconfig, w.title, q.query, %s),
    ts_headline(%s::regconfig, w.lead || E'\n' || w.text, q.query, %s)
{read.FROM.format(source=SHOWN_IN_POSTGRESQL)}
AND d.page_id IN ({{ids}})
"""


class Hit(NamedTuple):
    page_id: int
    rank: float


class Found(NamedTuple):
    page_id: int
    card: bytes
    title: str
    excerpt: str


def split(query: str) -> list[str]:
    return WORD.findall(query)[:MOST_WORDS]


def find(words: Sequence[str], locale: str) -> list[Hit]:
    """The pages of this language that hold every word, the best first, at most `MOST`."""
    if not words:
        return []
    if connection.vendor == "sqlite":
        values = [write_match(words, locale), *read.get_gate(), locale]
        return [Hit(*row) for row in fetch(SQLITE, values)]
    values = [get_configuration(locale), " ".join(words), locale, *read.get_gate(), locale]
    # Not `fetch`, which plans once for all: a word of every page needs another way than a rare one.
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL, values)
        return [Hit(*row) for row in cursor.fetchall()]


def write_match(words: Sequence[str], locale: str) -> str:
    """In SQLite's grammar; each word stands in quotes, where nothing has a meaning."""
    asked = " AND ".join(f'"{word}"' for word in words)
    return f'locale : "{locale}" AND {{title text}} : ({asked})'


# --- What is shown of them ------------------------------------------------------------


def show(page_ids: Sequence[int], words: Sequence[str], locale: str) -> list[Found]:
    """The cards of these hits with what was found in them; pages that are gone are left out."""
    if not page_ids:
        return []
    marks = ", ".join(["%s"] * len(page_ids))
    if connection.vendor == "sqlite":
        values = [*MARKS, *MARKS, write_match(words, locale), *page_ids, *read.get_gate()]
        rows = fetch(SHOW_SQLITE.format(ids=marks), values)
    else:
        config = get_configuration(locale)
        values = [config, WHOLE, config, HEADLINE, config, " ".join(words)]
        rows = fetch(SHOW_POSTGRESQL.format(ids=marks), [*values, *read.get_gate(), *page_ids])
    by_id = {row[0]: Found(*row) for row in rows}
    return [by_id[pk] for pk in page_ids if pk in by_id]
