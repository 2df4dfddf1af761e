"""Keeping the words of documents."""

from typing import Any

from django.db import connection

from home.documents.words import Words

# Stemming as PostgreSQL 15 knows it; another language's words are matched as they stand.
CONFIGURATIONS = {"en": "english", "ru": "russian", "ar": "arabic"}
MARKS = "\ue000\ue001"
"""Stand around what was found, in what the database answers: private characters, in no text."""

LONGEST = 200_000  # a text beyond this is found by its beginning; PostgreSQL takes 1 MB of stems

SQLITE = "INSERT INTO finding_words (rowid, locale, title, text) VALUES (%s, %s, %s, %s)"
POSTGRESQL = """
INSERT INTO finding_words (page_id, locale, title, lead, text, stems)
VALUES (%(page_id)s, %(locale)s, %(title)s, %(lead)s, %(text)s,
    setweight(to_tsvector(%(config)s::regconfig, %(title)s), 'A')
    || setweight(to_tsvector(%(config)s::regconfig, %(lead)s), 'B')
    || setweight(to_tsvector(%(config)s::regconfig, %(text)s), 'D'))
ON CONFLICT (page_id) DO UPDATE SET locale = excluded.locale, title = excluded.title,
    lead = excluded.lead, text = excluded.text, stems = excluded.stems
"""
HAS = "SELECT 1 FROM finding_words WHERE {key} = %s"
FORGET = "DELETE FROM finding_words WHERE {key} = %s"


def get_configuration(locale: str) -> str:
    return CONFIGURATIONS.get(locale.partition("-")[0], "simple")


def keep(page_id: int, locale: str, words: Words) -> None:
    """Find the page by these words, and by no others."""
    texts = {name: clean(getattr(words, name)) for name in ("title", "lead", "text")}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(FORGET.format(key="rowid"), [page_id])
            text = f"{texts['lead']}\n{texts['text']}"
            cursor.execute(SQLITE, [page_id, locale, texts["title"], text])
        else:
            facts: dict[str, Any] = {
                "page_id": page_id,
                "locale": locale,
                "config": get_configuration(locale),
            }
            cursor.execute(POSTGRESQL, {**facts, **texts})


def has(page_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(HAS.format(key=get_key()), [page_id])
        return cursor.fetchone() is not None


def forget(page_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(key=get_key()), [page_id])


def get_key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "page_id"


def clean(text: str) -> str:
    """Neither a NUL, which no database takes, nor what marks a match."""
    return text.translate(dict.fromkeys(map(ord, "\x00" + MARKS)))[:LONGEST]
