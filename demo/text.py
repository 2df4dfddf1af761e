"""Reads the demo texts: a few marks in plain text become the blocks of a page's body."""

from collections.abc import Iterable
from html import escape
from typing import Any
from uuid import uuid4

Block = dict[str, Any]


def read_blocks(text: str) -> list[Block]:
    """The blocks of a text, as StreamField keeps them. The marks are explained in news.toml."""
    chunks = [chunk.strip() for chunk in text.strip().split("\n\n")]
    return [read_block(chunk) for chunk in chunks if chunk]


def read_block(chunk: str) -> Block:
    mark, lines = chunk[:2], [line[2:].strip() for line in chunk.splitlines()]
    if chunk.startswith("## "):
        return block("heading", {"level": "h2", "text": chunk[3:]})
    if mark == "- ":
        return block("bullet_list", {"kind": "bullets", "entries": entries(map(paragraph, lines))})
    if mark == "* ":
        return block("key_facts", {"heading": "", "facts": entries(lines)})
    if mark == "> ":
        return quote(chunk)
    if mark == "! ":
        title, _, words = chunk[2:].partition("\n")
        return block("callout", {"kind": "note", "heading": title, "text": paragraph(words)})
    if mark == "| ":
        return table(lines)
    return block("paragraph", paragraph(chunk))


def block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}


def entries(values: Iterable[str]) -> list[Block]:
    """A list as the editor keeps it: wagtail-localize passes over entries without an id."""
    return [{**block("item", value), "id": str(uuid4())} for value in values]


def paragraph(words: str) -> str:
    return f"<p>{escape(words, quote=False)}</p>"


def quote(chunk: str) -> Block:
    words, _, by = chunk[2:].partition("\n— ")
    person, _, role = by.partition(", ")
    return block("quote", {"text": words, "person": person, "role": role})


def table(lines: list[str]) -> Block:
    """The first line is the caption, the second the headings; the first column names its row."""
    caption, *rows = lines
    headings, *cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    content = {
        "caption": caption,
        "columns": [{"type": "text", "heading": heading} for heading in headings],
        "rows": [{"values": [paragraph(cell) for cell in row]} for row in cells],
    }
    return block("table", {"table": content, "first_column_is_header": True})
