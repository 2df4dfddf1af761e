"""Requests, files and mails for tests, written straight into the tables."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile

from tests.treatment_forms.samples import PDF
from treatment_forms import vault
from treatment_forms.models import Attachment, Delivery, Submission
from treatment_forms.states import Verdict

# The noon of these tests is the last full hour: a request is escalated and a link ends by the clock
# of whoever runs them, and a date written down would let them fail a day later.
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
FORM_KEY = UUID("11111111-1111-4111-8111-111111111111")
SNAPSHOT = [
    {"key": "name", "kind": "singleline", "label": "Full name", "in_mail": False},
    {"key": "email", "kind": "email", "label": "E-mail", "in_mail": False},
    {
        "key": "topic",
        "kind": "dropdown",
        "label": "About",
        "choices": {"oncology": "Cancer treatment", "other": "Something else"},
        "in_mail": False,
    },
    {"key": "message", "kind": "multiline", "label": "Message", "in_mail": False},
]
ANSWERS = {
    "name": "Vera Pavlova",
    "email": "vera@example.com",
    "topic": "oncology",
    "message": "Stage two, two lines\nof text.",
}


def make_submission(*, answers: dict[str, Any] | None = None, **fields: Any) -> Submission:
    fields = {
        "form_key": FORM_KEY,
        "form_title": "Send a request",
        "language_code": "en",
        "topic": "oncology",
        "status_changed_at": NOON,
        "received_at": NOON,
        "form_snapshot": SNAPSHOT,
        **fields,
    }
    return Submission.objects.create(sealed_answers=vault.seal(answers or ANSWERS), **fields)


def make_delivery(submission: Submission | None = None, **fields: Any) -> Delivery:
    fields = {
        "kind": Delivery.Kind.COORDINATOR,
        "recipient": "care@example.org",
        "state_changed_at": NOON,
        "created_at": NOON,
        "due_at": NOON,
        **fields,
    }
    return Delivery.objects.create(submission=submission or make_submission(), **fields)


def make_attachment(submission: Submission, *, content: bytes = PDF, **fields: Any) -> Attachment:
    verdict = fields.get("verdict", Verdict.NOT_YET)
    fields = {
        "name": "report.pdf",
        "media_type": "application/pdf",
        "position": submission.attachments.count() + 1,
        "verdict": verdict,
        "due_at": NOON if verdict == Verdict.NOT_YET else None,
        **fields,
    }
    return Attachment.objects.create(
        submission=submission,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_name=vault.store(ContentFile(content)),
        **fields,
    )
