"""Speak tus as a phone does, to the endpoints themselves or over the wire."""

import base64
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from treatment_forms import conf
from treatment_forms.models import TreatmentFormPage, Upload

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def get_uploads_url() -> str:
    return reverse(f"{conf.get('API_NAMESPACE')}:uploads")


def make_metadata(page: TreatmentFormPage, name: str) -> str:
    pairs = {"filename": name, "form": page.form_token}
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def ask(method: str, address: str, content: bytes = b"", **headers: Any) -> Any:
    """One request; None leaves out a header that usually goes along."""
    named = {name.replace("_", "-"): str(v) for name, v in headers.items() if v is not None}
    if "Tus_Resumable" not in headers:
        named |= TUS
    kind = named.pop("Content-Type", "")
    extra = {"CONTENT_TYPE": kind} if kind else {}
    if "Content-Length" in named:
        extra["CONTENT_LENGTH"] = named.pop("Content-Length")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = client.generic(method, address, content, content_type=kind, headers=named, **extra)
    # A server over the wire takes nothing else, not even kinds of text.
    assert {type(value) for value in response.headers.values()} == {str}
    return response


def create(page: TreatmentFormPage, name: str, length: int, **headers: Any) -> Any:
    told = {"Upload_Length": length, "Upload_Metadata": make_metadata(page, name), **headers}
    return ask("POST", told.pop("address", get_uploads_url()), **told)


def begin(page: TreatmentFormPage, name: str, length: int) -> str:
    """The address of a fresh upload."""
    response = create(page, name, length)
    assert response.status_code == 201, response.content.decode()
    return response.headers["Location"]


def patch(address: str, content: bytes, offset: int, **headers: Any) -> Any:
    told = {"Content_Type": BYTES, "Content_Length": len(content), "Upload_Offset": offset}
    return ask("PATCH", address, content, **{**told, **headers})


def head(address: str) -> Any:
    return ask("HEAD", address)


def delete(address: str) -> Any:
    return ask("DELETE", address)


def send(page: TreatmentFormPage, name: str, content: bytes) -> str:
    """A whole file in one piece; the address."""
    address = begin(page, name, len(content))
    response = patch(address, content, 0)
    assert response.status_code == 204, response.content.decode()
    return address


def get_token(address: str) -> str:
    return address.rpartition("/")[2].partition("?")[0]


def get_row(address: str) -> Upload:
    return Upload.objects.get(token=get_token(address))


def make_upload(**fields: Any) -> Upload:
    """One that was begun just now, by nobody's request."""
    at = timezone.now()
    fields = {"created_at": at, "expires_at": at + conf.STAGED_FOR, "name": "a.txt", **fields}
    return Upload.objects.create(**fields)
