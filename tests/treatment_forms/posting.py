"""Post forms as browsers do: real multipart bodies, byte by byte."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.treatment_forms.invariants import check_everything, list_storage, read
from tests.treatment_forms.invariants import list_uploads as list_uploads
from tests.treatment_forms.samples import DICOM as DICOM
from tests.treatment_forms.samples import JPEG as JPEG
from tests.treatment_forms.samples import PDF as PDF
from tests.treatment_forms.samples import PNG as PNG
from treatment_forms.models import (
    Attachment,
    Replay,
    StagedFile,
    Submission,
    TreatmentFormPage,
)

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
MIB = 1024 * 1024

ANSWERS: dict[str, Any] = {
    "patient": "child",
    "full_name": "Aigerim Sadykova",
    "email": "aigerim@example.org",
    "phone": "+7 701 234 56 78",
    "country": "KZ",
    "language": "en",
    "clinic": "",
    "topic": "treatment",
    "message": "Our son is six years old.",
    "consent": "on",
}


@dataclass(frozen=True)
class Sent:
    """A file as its sender has it."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


def make_body(
    answers: dict[str, Any], files: tuple[Sent, ...] = (), *, is_complete: bool = True
) -> bytes:
    parts = [
        text_part(name, one)
        for name, value in answers.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    parts += [file_part(file) for file in files] or [file_part(Sent("", b""))]
    parts += [text_part("complete", "1")] if is_complete else []
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def text_part(name: str, value: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value.encode("utf-8", "surrogatepass") + b"\r\n"


def file_part(file: Sent, name: str = "files") -> bytes:
    quoted = file.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{quoted}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    )
    return head.encode() + file.content + b"\r\n"


def post_body(page: TreatmentFormPage, body: bytes, **headers: Any) -> Any:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    kind = headers.pop("content_type", f"multipart/form-data; boundary={BOUNDARY}")
    return client.post(page.url, data=body, content_type=kind, headers=headers)


def post(page: TreatmentFormPage, *files: Sent, **changes: Any) -> Any:
    """Send the usual answers, changed as told; None leaves a field out."""
    answers = {**ANSWERS, **changes}
    sent = {name: value for name, value in answers.items() if value is not None}
    return post_body(page, make_body(sent, files))


def follow(response: Any) -> Any:
    assert response.status_code == 303, response.content.decode()
    return Client().get(response.headers["Location"])


def check_invariants(*, accepted: bool, files: tuple[Sent, ...] = ()) -> Submission | None:
    """What holds after every fault: taken whole and once, or nothing left but staged files."""
    check_everything()
    rows = [*Attachment.objects.all(), *StagedFile.objects.all()]
    assert list_storage() == sorted(row.stored_name for row in rows if row.stored_name)
    if not accepted:
        assert not Submission.objects.exists()
        assert not Replay.objects.exists()
        assert not Attachment.objects.exists()
        return None
    submission = Submission.objects.get()
    assert [read(one) for one in submission.attachments.all()] == [one.content for one in files]
    return submission
