"""The words of a document that search is to find it by: its own, not those of cards inside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from home.documents.parts import Image, PageAddress, PageDocument, Part, RichText, Seo

SPOKEN = frozenset(
    {
        *("heading", "text", "facts", "caption", "person", "role", "note", "question", "treatment"),
        *("includes", "name", "qualification", "publisher", "title", "body", "city", "address"),
        *("legal_name", "label", "change_note", "number"),
    }
)
SILENT = (PageAddress, Seo)


@dataclass(frozen=True)
class Words:
    title: str
    lead: str
    text: str


def get_words(document: PageDocument) -> Words:
    skipped = {"title", "lead", *PageDocument.model_fields}
    told = [
        word
        for name in type(document).model_fields
        if name not in skipped
        for word in find_words(getattr(document, name), name)
    ]
    return Words(document.title, getattr(document, "lead", ""), "\n".join(told))


def find_words(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, str):
        if value and name in SPOKEN:
            yield value
    elif isinstance(value, RichText):
        yield value.text
    elif isinstance(value, Image):
        yield value.caption
    elif isinstance(value, list):
        for inner in value:
            yield from find_words(inner, name)
    elif isinstance(value, Part) and not isinstance(value, SILENT):
        for inner in type(value).model_fields:
            yield from find_words(getattr(value, inner), inner)
