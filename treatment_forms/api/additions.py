"""Add files to a request that is here: complete or refused, and once, as those it came with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Router

from treatment_forms.api import describe
from treatment_forms.api.access import Reference, StatusToken, get_submission
from treatment_forms.api.arrival import Arrival, arriving, read_key
from treatment_forms.api.documents import invalid, read_document
from treatment_forms.api.manifest import require_parts, require_uploads
from treatment_forms.api.problems import Problem
from treatment_forms.api.replies import refuse, reply, show_files
from treatment_forms.api.schemas import FilesReceipt, FilesRequest
from treatment_forms.http import when_sent
from treatment_forms.models import StagedFile, Submission, TreatmentFormPage
from treatment_forms.services import idempotency
from treatment_forms.services.judge import Refused, find_uploads
from treatment_forms.services.read import Limits
from treatment_forms.services.receive_more import find_page, take_more
from treatment_forms.states import State
from treatment_forms.tasks import wake

router = Router(tags=["requests"], auth=StatusToken())


@router.post(
    "/submissions/{reference}/files",
    operation_id="add_files",
    summary="Add files to a request",
    response={
        201: FilesReceipt,
        200: FilesReceipt,
        **describe.errors(400, 409, 410, 411, 413, 415, 422, 429),
    },
    openapi_extra=describe.body(FilesRequest),
)
def add(request: HttpRequest, reference: Reference) -> HttpResponse:
    """All of them, or none. 200 repeats the answer that was given under the same key."""
    submission = get_submission(request)
    translation.activate(submission.language_code)
    key = read_key(request)
    page = find_page(submission)
    takes = Limits(page.max_files, page.max_file_bytes) if page else Limits(0, 0)
    with arriving(request, takes) as arrival:
        wish = read_document(FilesRequest, arrival.document)
        require_parts(wish.manifest, arrival.body.files)
        return add_once(key, page, submission, wish, arrival)


@dataclass
class Keeper:
    """Writes the answer down in the transaction that adds the files."""

    submission: Submission
    lease: idempotency.Lease
    document: dict[str, Any] = field(default_factory=dict)

    def __call__(self, files: Sequence[StagedFile]) -> None:
        self.document = {"reference": self.submission.reference, "files": show_files(files)}
        idempotency.settle(self.lease, self.document, submission=self.submission)


def add_once(
    key: str,
    page: TreatmentFormPage | None,
    submission: Submission,
    wish: FilesRequest,
    arrival: Arrival,
) -> HttpResponse:
    """Asked for the key first: what filled the request may have been this very call."""
    fingerprint = idempotency.make_fingerprint(arrival.document)
    scope = f"files {submission.reference}"
    begun = idempotency.begin(scope, key, fingerprint, at=timezone.now())
    if isinstance(begun, idempotency.Answered):
        return reply(200, begun.document)
    keeper = Keeper(submission, begun)
    with idempotency.holding(begun):
        add_to(require_room(page, submission), wish, arrival, keep=keeper)
    response = reply(201, keeper.document)
    when_sent(response, partial(wake, submission.pk))
    return response


def require_room(page: TreatmentFormPage | None, submission: Submission) -> TreatmentFormPage:
    """
    Raises:
        Problem: the request takes no more files.
    """
    submission.refresh_from_db(fields=["status"])
    if submission.status == State.WITHDRAWN:
        raise withdrawn()
    if page is None:
        text = _("No more files can be added to this request.")
        raise invalid([{"pointer": "/manifest", "code": "no_files", "detail": text}])
    return page


def withdrawn() -> Problem:
    return Problem(410, "withdrawn", _("This request was withdrawn. Please send a new one."))


def add_to(page: TreatmentFormPage, wish: FilesRequest, arrival: Arrival, *, keep: Keeper) -> None:
    at, body = timezone.now(), arrival.body
    body.fields.clear()
    body.fields.setlist("uploads", [entry.upload for entry in wish.manifest if entry.upload])
    require_uploads(wish.manifest, find_uploads(page, body, at=at))
    try:
        take_more(page, keep.submission, body, keep=keep, at=at)
    except Refused as refused:
        raise refuse(refused, body, wish.manifest) from None
