"""The article that this project began with, read from the file as it was given."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

FILE = Path(__file__).parent / "seed-article.txt"
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class SeedArticle:
    title: str
    lead: str
    category: str
    date: date
    credit_prefix: str
    credit_name: str
    paragraphs: list[str]
    publisher: str
    disclaimer: str
    application: list[str]


def read_lines() -> list[str]:
    """Every visible item in its order: all lines but the empty and the machine-made ones."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not CYRILLIC.search(line)]


def read_seed() -> SeedArticle:
    lines = read_lines()
    title, _title_again, lead, category, day, credit = lines[:6]
    source = next(i for i, line in enumerate(lines) if line.startswith("Source: "))
    credit_prefix, _, credit_name = credit.partition(": ")
    return SeedArticle(
        title=title,
        lead=lead,
        category=category,
        date=datetime.strptime(day, "%b %d, %Y").date(),  # noqa: DTZ007 - a day has no zone
        credit_prefix=credit_prefix,
        credit_name=credit_name,
        paragraphs=lines[6:source],
        publisher=lines[source].partition(": ")[2],
        disclaimer=lines[source + 1],
        application=lines[source + 2 :],
    )
