"""What the sender of a request does after sending it."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from tests.treatment_forms.posting import BOUNDARY, Sent, follow, make_body, post
from treatment_forms.mail.message import build
from treatment_forms.models import Delivery, Submission
from treatment_forms.services.deliver import deliver

STATUS_LINK = re.compile(r'href="([^"]*/requests/[^"]+)"')


def send_request(page: Any, *files: Sent, **changes: Any) -> tuple[Submission, str]:
    """Send one; the request, and the address that the thanks page gives its sender."""
    thanks = follow(post(page, *files, **changes)).content.decode()
    found = STATUS_LINK.search(thanks)
    assert found, thanks
    return Submission.objects.latest("pk"), found[1]


def read_mail(submission: Submission, kind: str = "confirmation") -> Any:
    """The mail of this kind as it leaves, from its row."""
    return build(submission.deliveries.get(kind=kind))


def get_mailed_url(submission: Submission) -> str:
    """The path of the link in the confirmation."""
    found = re.search(r"\S+/requests/\S+", read_mail(submission).body)
    assert found
    return urlsplit(found[0]).path


def look(url: str) -> str:
    response = Client().get(url)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def press(url: str, **headers: Any) -> Any:
    """Press a button that sends nothing but itself."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(url, headers=headers)


def add(url: str, *files: Sent, fields: dict[str, Any] | None = None, **headers: Any) -> Any:
    """Send more files from the request's page."""
    return add_body(url, make_body(fields or {}, files), **headers)


def add_body(url: str, body: bytes, **headers: Any) -> Any:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    kind = headers.pop("content_type", f"multipart/form-data; boundary={BOUNDARY}")
    return client.post(f"{url}files/", data=body, content_type=kind, headers=headers)


def send_mails(submission: Submission) -> list[Any]:
    """Have every mail leave that may; those that did."""
    mail.outbox.clear()
    for one in Delivery.objects.filter(submission=submission, due_at__isnull=False):
        deliver(one.pk)
    return list(mail.outbox)
