"""The words of tus 1.0, the protocol of resumable uploads (tus.io), in requests and answers."""

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import translation
from django.utils.http import http_date
from django.utils.translation import gettext as _

from treatment_forms import conf
from treatment_forms.api import problems
from treatment_forms.api.problems import Problem
from treatment_forms.http import keep_private
from treatment_forms.models import StagedFile, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
MEDIA_TYPE = "application/offset+octet-stream"
MAX_DIGITS = 18
DRAINED_BYTES = 16 * conf.MIB  # the biggest file and more
READ_BYTES = 64 * 1024

View = Callable[..., HttpResponse]


def speak(view: View) -> View:
    """Ask for the protocol's version, and say ours in every answer, whatever it is."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            text = _("This address speaks tus %(version)s.") % {"version": VERSION}
            headers = {"Tus-Version": VERSION}
            response = problems.answer(Problem(412, "tus_version", text, headers=headers))
        else:
            speak_language(request)
            response = view(request, *args, **kwargs)
        if response.status_code >= 400:
            drain(request)
        response.headers["Tus-Resumable"] = VERSION
        return keep_private(response)

    return answer


def speak_language(request: HttpRequest) -> None:
    """That of the page that asks, until the API ends the request; of ours only."""
    asked = request.GET.get("locale", "")
    if asked in dict(settings.LANGUAGES):
        translation.activate(asked)


def drain(request: HttpRequest) -> None:
    """Read what was refused: a connection that closes on unread bytes may lose the answer."""
    left = DRAINED_BYTES
    with suppress(UnreadablePostError):
        while left > 0 and (chunk := request.read(READ_BYTES)):
            left -= len(chunk)


# --- Requests ------------------------------------------------------------------------


def read_number(request: HttpRequest, name: str) -> int:
    """
    Raises:
        Problem: there is no such header, or no number in it.
    """
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        words = _("The header %(name)s is missing or is no number.") % {"name": name}
        raise Problem(400, "bad_header", words, header=name)
    return int(text)


def read_body_length(request: HttpRequest) -> int:
    """How many bytes of a file come with this request.

    Raises:
        Problem: it does not say how many, or sends something else.
    """
    if "Transfer-Encoding" in request.headers or not request.headers.get("Content-Length"):
        raise Problem(411, "length_required", _("The request does not say how much it sends."))
    if request.content_type != MEDIA_TYPE:
        words = _("Bytes of a file are sent as %(type)s.") % {"type": MEDIA_TYPE}
        raise Problem(415, "media_type", words)
    return read_number(request, "Content-Length")


def has_body(request: HttpRequest) -> bool:
    has_length = request.headers.get("Content-Length", "0") not in {"", "0"}
    return has_length or "Transfer-Encoding" in request.headers


def read_metadata(request: HttpRequest) -> dict[str, str]:
    """`Upload-Metadata`: keys, each with a text in base64 or none.

    Raises:
        Problem: it cannot be read.
    """
    header = request.headers.get("Upload-Metadata", "")
    pairs = [pair.strip().partition(" ") for pair in header.split(",") if pair.strip()]
    try:
        found = {
            key: base64.b64decode(value.strip(), validate=True).decode(errors="replace")
            for key, _space, value in pairs
        }
    except (binascii.Error, ValueError) as error:
        words = _("The header %(name)s cannot be read.") % {"name": "Upload-Metadata"}
        raise Problem(400, "bad_header", words, header="Upload-Metadata") from error
    return found


# --- Answers -------------------------------------------------------------------------


def tell(status: int, file: Upload | StagedFile, **headers: str) -> HttpResponse:
    """An answer without a body: its headers say how far the file has come."""
    response = HttpResponse(status=status)
    del response.headers["Content-Type"]
    for name, value in {**describe(file), **headers}.items():
        response.headers[name.replace("_", "-")] = value
    return response


def describe(file: Upload | StagedFile) -> dict[str, str]:
    expires = {"Upload-Expires": http_date(file.expires_at.timestamp())}
    if isinstance(file, Upload):
        return {"Upload-Offset": str(file.offset), "Upload-Length": str(file.length), **expires}
    size = str(file.size)
    return {
        "Upload-Offset": size,
        "Upload-Length": size,
        "Upload-Verdict": str(file.verdict),  # a plain `str` is all that WSGI allows
        **expires,
    }


def write_metadata(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()}"


def tell_abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(conf.get("MAX_FILE_BYTES"))
    return response
