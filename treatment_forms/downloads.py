"""A file of a request as an answer: to be kept by whoever asked, never shown on our address."""

import os
import unicodedata
from typing import Any
from urllib.parse import quote

from django.http import FileResponse

from treatment_forms.answers import show_name

UNQUOTED = str.maketrans(dict.fromkeys('"\\%/:;', "_"))  # read differently by different browsers


def make_download(content: Any, *, name: str) -> FileResponse:
    """What a stranger sent must not run here: the browser is told in every way it knows.

    Args:
        content: an open stream; it is closed with the answer.
    """
    response = FileResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = get_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def get_disposition(name: str) -> str:
    """The name in its own letters, after one in ASCII for what reads no other (RFC 6266 §4.3)."""
    whole = show_name(name).replace("/", "_").replace("\\", "_")
    plain = get_ascii_name(whole)
    if plain == whole:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"


def get_ascii_name(name: str) -> str:
    """As much of the name as is ASCII, accents taken off; `file` where nothing is left of it."""
    stem, extension = (get_ascii(part) for part in os.path.splitext(name))
    has_letters = any(char.isalnum() for char in stem)
    return (stem.strip() if has_letters else "file") + extension


def get_ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return decomposed.encode("ascii", "ignore").decode().translate(UNQUOTED)
