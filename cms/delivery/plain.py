"""Stands in until home.documents is there."""
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Built:
    card: bytes
    body: bytes


def build(page: Any) -> Built:
    url = page.get_url_parts()
    card = {"id": page.pk, "type": page._meta.label, "title": page.title, "text": getattr(page, "card_text", ""), "path": url[2] if url else ""}
    body = {**card, "body": str(getattr(page, "body", ""))}
    return Built(json.dumps(card).encode(), json.dumps(body).encode())


def build_disclaimer(disclaimer: Any) -> bytes:
    return json.dumps({"key": disclaimer.key, "version": disclaimer.version, "heading": disclaimer.heading, "html": disclaimer.body}).encode()
