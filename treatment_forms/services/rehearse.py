"""Try a form: a made-up request goes the way of a patient's, marked as a test."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from treatment_forms.forms import VisitorForm
from treatment_forms.models import TreatmentFormPage
from treatment_forms.services.read import Limits, read_body
from treatment_forms.services.receive import receive
from treatment_forms.services.reply import NOBODY
from treatment_forms.services.store import Receipt

BOUNDARY = "rehearsal"
EXAMPLES = {
    "email": NOBODY,
    "phone": "+442079460958",  # reserved for fiction
    "date": "2026-01-01",
    "number": "1",
    "url": "https://example.org/",
    "checkbox": "on",
    "consent": "on",
}


def rehearse(page: TreatmentFormPage, *, sender: str, at: datetime, email: str = "") -> Receipt:
    """Send one through reading, scanning, storing and mailing.

    Args:
        sender: for the limits; whoever tries the form.
        email: where they read what a patient would; without it there is no confirmation.

    Raises: as `receive`.
    """
    sent = make_body(page.form_class, email=email)
    limits = Limits(max_files=page.max_files, max_bytes=page.max_file_bytes)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    body = read_body(BytesIO(sent), content_type=kind, length=len(sent), limits=limits)
    try:
        return receive(page, body, sender=sender, at=at, is_test=True)
    finally:
        body.drop()


def make_body(form_class: type[VisitorForm], *, email: str = "") -> bytes:
    rows = [row for row in form_class.spec.rows if row.field_type != "files"]
    answers = {row.clean_name: make_answer(row, form_class) for row in rows}
    answers |= {row.clean_name: email for row in rows if email and row.field_type == "email"}
    answers["submission_id"] = str(uuid.uuid4())  # two tests in a row are two requests
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in answers.items()]
    if form_class.spec.files_row:
        parts.append(f'name="files"; filename="test.txt"\r\n\r\n{_("This is a test.")}')
    parts.append('name="complete"\r\n\r\n1')
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    return "".join(f"{head}{part}\r\n" for part in parts).encode() + f"--{BOUNDARY}--\r\n".encode()


def make_answer(row: Any, form_class: type[VisitorForm]) -> str:
    field = form_class.base_fields[row.clean_name]
    if isinstance(field, forms.ChoiceField):
        offered: Iterable[Any] = field.choices  # type: ignore[assignment]  # never a callable here
        closed = form_class.spec.closed_countries
        return next((str(key) for key, _label in offered if key and key not in closed), "")
    return EXAMPLES.get(row.field_type, _("Test"))
