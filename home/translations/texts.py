"""The words of a page or snippet, piece by piece, as wagtail-localize cuts them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup
from wagtail.fields import StreamField


@dataclass(frozen=True)
class Text:
    """One piece: where it stands, and its words with their inline markup, as localize stores it."""

    path: str
    data: str

    @cached_property
    def words(self) -> str:
        return get_words(self.data)

    @property
    def place(self) -> tuple[str, str]:
        return self.path, self.words


def get_words(html: str) -> str:
    """What a reader reads: no tags, and one space between words.

    Two pieces with the same words are the same text: localize renumbers and drops tags on the way
    from a translation to a page and back.
    """
    if "<" in html or "&" in html:
        soup = BeautifulSoup(html, "html.parser")
        for line_break in soup.find_all("br"):
            line_break.replace_with(" ")
        html = soup.get_text()
    return " ".join(html.split())


def get_texts(row: Any) -> list[Text]:
    """All pieces, in their order. Takes a specific page; costs what its streams cost to open."""
    from wagtail_localize.segments import StringSegmentValue
    from wagtail_localize.segments.extract import extract_segments  # they import models

    name_blocks(row)
    return [
        Text(segment.path, segment.string.data)
        for segment in extract_segments(row)
        if isinstance(segment, StringSegmentValue)
    ]


def name_blocks(row: Any) -> None:
    """A block that comes from an editor's form may have no id yet; localize cannot do without."""
    for field in row._meta.concrete_fields:
        if isinstance(field, StreamField):
            getattr(row, field.name).get_prep_value()


def checksum_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def checksum_of_all(texts: Iterable[Text]) -> str:
    return checksum_of("\0".join(f"{text.path}\1{text.words}" for text in texts))
