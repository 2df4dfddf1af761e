"""Call the API as an app does: real bodies, byte by byte, and no cookie."""

import hashlib
import json
import re
import uuid
from functools import cache
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string
from jsonschema import Draft202012Validator, validate

from tests.treatment_forms.posting import BOUNDARY, Sent, file_part
from treatment_forms.models import StagedFile, TreatmentFormPage

ANSWERS: dict[str, Any] = {
    "patient": "child",
    "full_name": "Aigerim Sadykova",
    "email": "aigerim@example.org",
    "phone": "+7 701 234 56 78",
    "country": "KZ",
    "language": "en",
    "topic": "treatment",
    "message": "Our son is six years old.",
    "consent": True,
}
ROOT = "/api/v1"


def call(method: str, path: str, **more: Any) -> Any:
    """Whatever is answered must be what the API's own description says."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = client.generic(method, f"{ROOT}{path}", **more)
    require_described(method, f"{ROOT}{path}", response)
    return response


def require_described(method: str, path: str, response: Any) -> None:
    if response.status_code == 405:
        return
    described = get_description()
    for template, operations in described["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path.partition("?")[0]):
            told = operations[method.lower()]["responses"][response.status_code]
            break
    else:
        assert response.status_code == 404
        return
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if "content" in told:
        schema = {**told["content"][kind]["schema"], "components": described["components"]}
        validate(response.json(), schema, cls=Draft202012Validator)
    else:
        assert response.content == b""


@cache
def get_description() -> Any:
    return get_api().get_openapi_schema()


def describe(file: Sent, **changes: Any) -> dict[str, Any]:
    sha256 = hashlib.sha256(file.content).hexdigest()
    return {"name": file.name, "size": len(file.content), "sha256": sha256, **changes}


def describe_upload(file: StagedFile) -> dict[str, Any]:
    return {"upload": file.token, "name": file.name, "size": file.size, "sha256": file.sha256}


def make_document(*files: Sent, **changes: Any) -> dict[str, Any]:
    """The usual request, changed as told; None leaves an answer out."""
    members = {name: changes.pop(name) for name in ("locale", "manifest") if name in changes}
    answers = {**ANSWERS, **changes}
    return {
        "locale": "en",
        "answers": {key: value for key, value in answers.items() if value is not None},
        "manifest": [describe(file) for file in files],
        **members,
    }


def make_multipart(document: Any, files: tuple[Sent, ...]) -> bytes:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="request"\r\n'
    head += "Content-Type: application/json\r\n\r\n"
    parts = [head.encode() + text + b"\r\n", *(file_part(file) for file in files)]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send_document(
    page: TreatmentFormPage | None,
    document: Any,
    *files: Sent,
    key: str | None = "",
    path: str = "",
    **headers: Any,
) -> Any:
    """
    Args:
        document: what becomes JSON, or bytes as they are.
        key: a new one unless told; None sends none.
    """
    is_json = not files
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    kind = "application/json" if is_json else f"multipart/form-data; boundary={BOUNDARY}"
    if key is not None:
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
    return call(
        "POST",
        path or f"/forms/{page.translation_key if page else ''}/submissions",
        data=text if is_json else make_multipart(document, files),
        content_type=headers.pop("content_type", kind),
        headers=headers,
    )


def send(page: TreatmentFormPage, *files: Sent, key: str | None = "", **changes: Any) -> Any:
    """The usual request with these files in one call."""
    return send_document(page, make_document(*files, **changes), *files, key=key)


def require_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    told = response.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"]
    return told


def require_receipt(response: Any, status: int = 201) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    return response.json()


def ask(
    receipt: dict[str, Any],
    method: str = "GET",
    *,
    token: str | None = None,
    reference: str | None = None,
    **headers: str,
) -> Any:
    """About a request, with its token unless told otherwise."""
    token = receipt["status_token"] if token is None else token
    headers = {"Authorization": f"Bearer {token}", **headers}
    path = f"/submissions/{reference or receipt['reference']}"
    return call(method, path, headers={key: value for key, value in headers.items() if value})


def add(receipt: dict[str, Any], *files: Sent, key: str | None = "", **told: Any) -> Any:
    """These files to a request, in one call."""
    document = {"manifest": [describe(file) for file in files], **told}
    return add_document(receipt, document, *files, key=key)


def add_document(
    receipt: dict[str, Any], document: Any, *files: Sent, key: str | None = "", **headers: Any
) -> Any:
    token = headers.pop("token", receipt["status_token"])
    headers["Authorization"] = f"Bearer {token}"
    path = f"/submissions/{receipt['reference']}/files"
    return send_document(None, document, *files, key=key, path=path, **headers)


def get_api() -> Any:
    """The API of the site that the tests run on."""
    return import_string(f"{settings.ROOT_URLCONF}.api")
