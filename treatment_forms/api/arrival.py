"""Read what an app sends: JSON, or one multipart body with the JSON in the part `request`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from treatment_forms import conf
from treatment_forms.api import strict_json
from treatment_forms.api.problems import Problem
from treatment_forms.errors import BodyBroken, BodyCut
from treatment_forms.files.faults import Fault
from treatment_forms.models.pages import MAX_FILES
from treatment_forms.services import limits
from treatment_forms.services.read import Body, Limits, read_body, told_in_our_words

KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")
JSON, MULTIPART = "application/json", "multipart/form-data"
SLACK_BYTES = 16 * conf.MIB  # so that one file too many or too big is still named
MAX_LENGTH_DIGITS = 18


@dataclass
class Arrival:
    """What arrived whole. Its files vanish with `body.drop()`."""

    document: dict[str, Any]
    body: Body = field(default_factory=lambda: Body(fields=QueryDict(mutable=True)))


def read_key(request: HttpRequest) -> str:
    """The Idempotency-Key: a name for this request that the app made up, a UUID at best."""
    key: str = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        text = _("The header Idempotency-Key is missing, or is not 1 to 255 letters of ASCII.")
        raise Problem(400, "idempotency_key", text)
    return key


@contextmanager
def arriving(request: HttpRequest, takes: Limits) -> Iterator[Arrival]:
    """
    Args:
        takes: what is kept of the files, if this address has not sent too many already.

    Raises:
        Problem: it cannot be read, or did not arrive whole.
    """
    body = None
    try:
        with _told_as_problems():
            arrival = _read(request, takes)
        body = arrival.body
        yield arrival
    finally:
        if body:
            body.drop()


@contextmanager
def _told_as_problems() -> Iterator[None]:
    try:
        yield
    except BodyCut as error:
        raise incomplete() from error
    except BodyBroken as error:
        text = _("The request cannot be read: it is no sound JSON, or no sound multipart body.")
        raise Problem(400, "bad_request", text) from error


def incomplete() -> Problem:
    return Problem(400, "incomplete", _("The request did not arrive whole. Please send it again."))


def _read(request: HttpRequest, takes: Limits) -> Arrival:
    if request.content_type not in {JSON, MULTIPART}:
        text = _("Please send application/json or multipart/form-data.")
        raise Problem(415, "media_type", text)
    if request.content_type == JSON:
        return Arrival(_read_json(request, _get_length(request, strict_json.MAX_BYTES)))
    most = MAX_FILES * conf.get("MAX_FILE_BYTES") + SLACK_BYTES
    return _read_multipart(request, takes, _get_length(request, most))


def _get_length(request: HttpRequest, most: int) -> int:
    length = request.META.get("CONTENT_LENGTH", "")
    if not length:
        raise Problem(411, "length_required", _("The request does not say how long it is."))
    if not (length.isascii() and length.isdecimal()):
        raise BodyBroken("no length")
    if len(length) > MAX_LENGTH_DIGITS or int(length) > most:
        text = _("This is more than can be sent at once. Please send fewer or smaller files.")
        raise Problem(413, "too_large", text)
    return int(length)


def _read_json(request: HttpRequest, length: int) -> dict[str, Any]:
    with told_in_our_words():
        raw = request.read(length)
    if len(raw) < length:
        raise BodyCut("bytes are missing")
    return strict_json.parse(raw)


def _read_multipart(request: HttpRequest, takes: Limits, length: int) -> Arrival:
    too_much = limits.count_upload(request, length, at=timezone.now())
    if too_much:
        takes = Limits(max_files=0, max_bytes=0)
    kind = request.META["CONTENT_TYPE"]
    body = read_body(request, content_type=kind, length=length, limits=takes, is_form=False)
    body.too_much = too_much
    for file in body.files if too_much else []:
        file.fault = Fault.NOT_KEPT
    try:
        return Arrival(_find_document(body.fields), body)
    except BodyBroken:
        body.drop()
        raise


def _find_document(fields: QueryDict) -> dict[str, Any]:
    if list(fields) != ["request"] or len(fields.getlist("request")) != 1:
        raise BodyBroken("the part `request`, once, and `files`")
    return strict_json.parse(str(fields["request"]).encode())
