"""The same request once more, to a form that is closed by now: it is stored, and that is said.

Whoever has not got all of it, to the last letter, learns nothing: not even that there is a form.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from treatment_forms import conf
from treatment_forms.errors import BodyBroken, BodyCut
from treatment_forms.http import is_foreign, keep_private
from treatment_forms.models import TreatmentFormPage
from treatment_forms.models.pages import MAX_FILES
from treatment_forms.services.read import Body, Limits, read_body
from treatment_forms.services.receive import find_done
from treatment_forms.tokens import make_status_token
from treatment_forms.views import MAX_LENGTH_DIGITS, SLACK_BYTES

NOTHING = Limits(max_files=0, max_bytes=0)  # a file is known again by its hash

FindPage = Callable[..., TreatmentFormPage | None]


def answer(request: HttpRequest, find_page: FindPage, *where: Any) -> HttpResponse | None:
    """A way to the request's own page, which needs no form; None for what is not stored.

    Reads before it looks for the form: nobody can tell a closed one from none by how long it takes.
    """
    body = read(request)
    page = find_page(request, *where) if body else None
    done = find_done(page, body, at=timezone.now()) if page and body else None
    return lead_to_status(done.reference) if done else None


def read(request: HttpRequest) -> Body | None:
    """The whole form, of whose files nothing is kept but what they are known by."""
    length = request.META.get("CONTENT_LENGTH", "")
    if not is_form(request) or not length.isdecimal() or is_too_long(length):
        return None
    kind = request.META["CONTENT_TYPE"]
    try:
        return read_body(request, content_type=kind, length=int(length), limits=NOTHING)
    except (BodyBroken, BodyCut):
        return None


def is_form(request: HttpRequest) -> bool:
    is_multipart = request.content_type == "multipart/form-data"
    return request.method == "POST" and is_multipart and not is_foreign(request)


def is_too_long(length: str) -> bool:
    most = MAX_FILES * conf.get("MAX_FILE_BYTES") + SLACK_BYTES
    return len(length) > MAX_LENGTH_DIGITS or int(length) > most


def lead_to_status(reference: str) -> HttpResponse:
    url = reverse("treatment_forms:status", args=[make_status_token(reference)])
    response = HttpResponse(status=303, headers={"Location": url})
    response.headers["Referrer-Policy"] = "same-origin"
    return keep_private(response)
