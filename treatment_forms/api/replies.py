"""How what came of a request is told to an app."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from treatment_forms import conf, tokens
from treatment_forms.api.documents import invalid
from treatment_forms.api.fields import list_errors
from treatment_forms.api.manifest import get_part_place, get_place
from treatment_forms.api.problems import Problem
from treatment_forms.api.schemas import ManifestEntry
from treatment_forms.files.faults import FileError
from treatment_forms.http import keep_private
from treatment_forms.models import StagedFile
from treatment_forms.services.judge import Delayed, Refused
from treatment_forms.services.read import Body


def reply(status: int, document: dict[str, Any]) -> HttpResponse:
    content = json.dumps(document, ensure_ascii=False).encode()
    return keep_private(HttpResponse(content, status=status, content_type="application/json"))


def make_receipt(
    request: HttpRequest, reference: str, files: Sequence[StagedFile]
) -> dict[str, Any]:
    """See `schemas.Receipt`. A request that looks like spam is told nothing else."""
    return {
        "reference": reference,
        "state": "received",
        "files": show_files(files),
        "status_token": tokens.make_status_token(reference),
        "status_url": get_status_url(request, reference),
    }


def show_files(files: Sequence[StagedFile]) -> list[dict[str, Any]]:
    """See `schemas.TakenFile`."""
    return [
        {"name": one.name, "size": one.size, "sha256": one.sha256, "state": str(one.verdict)}
        for one in files
    ]


def get_status_url(request: HttpRequest, reference: str) -> str:
    """Absolute, and never from the Host header."""
    namespace = request.resolver_match.namespace if request.resolver_match else ""
    path = reverse(f"{namespace}:get_status", kwargs={"reference": reference})
    return str(conf.get("BASE_URL")).rstrip("/") + path


def refuse(refused: Refused, body: Body, manifest: Sequence[ManifestEntry]) -> Problem:
    """What is to be mended, and what need not be sent again."""
    kept = [
        {"upload": file.token, "name": file.name, "size": file.size, "sha256": file.sha256}
        for file in refused.form.uploads
    ]
    if isinstance(refused, Delayed):
        text = _("Too many requests came from your connection. Please try again later.")
        headers = {"Retry-After": str(refused.retry_after)}
        return Problem(429, "too_many_requests", text, headers=headers, kept=kept)
    wrong = list_file_errors(refused.form.file_errors, body, manifest)
    return invalid([*list_errors(refused.form), *wrong], kept=kept)


def list_file_errors(
    errors: Sequence[FileError], body: Body, manifest: Sequence[ManifestEntry]
) -> Iterator[dict[str, Any]]:
    for error in errors:
        told = {"code": str(error.code), "detail": str(error)}
        place = find_place(error, body, manifest)
        yield told if place is None else {"file": place, **told}


def find_place(error: FileError, body: Body, manifest: Sequence[ManifestEntry]) -> int | None:
    for number, file in enumerate(body.files):
        if file is error.file:
            return get_part_place(manifest, number)
    return get_place(manifest, error.token or getattr(error.file, "token", ""))
