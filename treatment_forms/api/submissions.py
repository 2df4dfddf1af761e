"""Take a request from an app: whole, once, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Path, Router

from treatment_forms.api import describe, fields
from treatment_forms.api.arrival import Arrival, arriving, read_key
from treatment_forms.api.documents import invalid, read_document
from treatment_forms.api.manifest import require_parts, require_uploads
from treatment_forms.api.problems import Problem
from treatment_forms.api.replies import make_receipt, refuse, reply
from treatment_forms.api.schemas import Receipt, SubmissionRequest
from treatment_forms.http import when_sent
from treatment_forms.models import StagedFile, Submission, TreatmentFormPage
from treatment_forms.models.standing import may_be_shown
from treatment_forms.privacy import public
from treatment_forms.services import idempotency, judge, limits, receive
from treatment_forms.services.read import Limits
from treatment_forms.tasks import wake

router = Router(tags=["requests"])

FormKey = Annotated[str, Path(description="The form's key, the same in all its languages.")]
Pages = Mapping[str, TreatmentFormPage]


@router.post(
    "/forms/{key}/submissions",
    operation_id="send_request",
    summary="Send a request",
    response={
        201: Receipt,
        200: Receipt,
        **describe.errors(400, 409, 411, 413, 415, 422, 429),
    },
    openapi_extra=describe.body(SubmissionRequest),
)
def send(request: HttpRequest, key: FormKey) -> HttpResponse:
    """Stored whole, with every file of the manifest, or not at all.

    200 repeats the answer to a request that was stored before under the same key.
    """
    form_key, key_name = read_form_key(key), read_key(request)
    pages = find_pages(form_key)
    if not pages and not idempotency.is_known(get_scope(form_key), key_name, at=timezone.now()):
        raise Http404
    with arriving(request, get_limits(pages)) as arrival:
        try:
            page = choose_page(pages, arrival)
            wish = read_document(SubmissionRequest, arrival.document)
            require_fit(page, wish, arrival)
        except (Http404, Problem):
            if told := find_answer(form_key, key_name, arrival):
                return told
            raise
        require_parts(wish.manifest, arrival.body.files)
        return take_once(request, page, key_name, wish, arrival)


def read_form_key(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as error:
        raise Http404 from error


def find_pages(form_key: UUID) -> Pages:
    """The form as everybody may see it, by language; empty when nobody may."""
    rows = public(TreatmentFormPage.objects.live()).filter(translation_key=form_key)
    return {
        page.locale.language_code: page
        for page in rows.select_related("locale")
        if may_be_shown(page)
    }


def get_limits(pages: Pages) -> Limits:
    """Those of any language: they are the same in all. A form that is gone keeps no file."""
    page = next(iter(pages.values()), None)
    return Limits(page.max_files, page.max_file_bytes) if page else Limits(0, 0)


def choose_page(pages: Pages, arrival: Arrival) -> TreatmentFormPage:
    """From here on the answer is in the asked language.

    Raises:
        Http404: the form is not there in it. No other is passed off as it.
    """
    language = arrival.document.get("locale")
    if not pages or (isinstance(language, str) and language not in pages):
        raise Http404
    if not isinstance(language, str):
        return next(iter(pages.values()))  # the document will be refused for that
    translation.activate(language)
    return pages[language]


def require_fit(page: TreatmentFormPage, wish: SubmissionRequest, arrival: Arrival) -> None:
    """
    Raises:
        Problem: an app that knows the form would not have sent this.
    """
    spec = page.form_class.spec
    misfits = list(fields.find_misfits(spec, arrival.document["answers"]))
    if wish.manifest and not spec.files_row:
        text = _("This form takes no files.")
        misfits.append({"pointer": "/manifest", "code": "no_files", "detail": text})
    if misfits:
        raise invalid(misfits)


# --- Once ----------------------------------------------------------------------------


def get_scope(form_key: UUID) -> str:
    return f"form {form_key}"


def find_answer(form_key: UUID, key_name: str, arrival: Arrival) -> HttpResponse | None:
    """What was answered to this very request, when its form was another one or still open.

    Asked only of what is refused else, so that nobody else waits for it.
    """
    fingerprint = idempotency.make_fingerprint(arrival.document)
    found = idempotency.find(get_scope(form_key), key_name, fingerprint, at=timezone.now())
    if found is None:
        return None
    wish = read_document(SubmissionRequest, arrival.document)
    require_parts(wish.manifest, arrival.body.files)
    return reply(200, found.document)


@dataclass
class Keeper:
    """Writes the answer down in the transaction that stores the request."""

    request: HttpRequest
    lease: idempotency.Lease
    document: dict[str, Any] = field(default_factory=dict)

    def __call__(self, submission: Submission, files: Sequence[StagedFile]) -> None:
        self.document = make_receipt(self.request, submission.reference, files)
        idempotency.settle(self.lease, self.document, submission=submission)


def take_once(
    request: HttpRequest,
    page: TreatmentFormPage,
    key_name: str,
    wish: SubmissionRequest,
    arrival: Arrival,
) -> HttpResponse:
    at = timezone.now()
    fingerprint = idempotency.make_fingerprint(arrival.document)  # names every file's hash
    scope = get_scope(page.translation_key)
    begun = idempotency.begin(scope, key_name, fingerprint, at=at)
    if isinstance(begun, idempotency.Answered):
        return reply(200, begun.document)
    keeper = Keeper(request, begun)
    with idempotency.holding(begun):
        submission_id = take(page, wish, arrival, keep=keeper, at=at)
    response = reply(201, keeper.document)
    response.headers["Location"] = keeper.document["status_url"]
    when_sent(response, partial(wake, submission_id))
    return response


def take(
    page: TreatmentFormPage,
    wish: SubmissionRequest,
    arrival: Arrival,
    *,
    keep: Keeper,
    at: datetime,
) -> int:
    body = arrival.body
    body.fields = fields.make_fields(arrival.document["answers"])
    body.fields.setlist("uploads", [entry.upload for entry in wish.manifest if entry.upload])
    if wish.source_page:
        body.fields["source"] = str(wish.source_page)
    require_uploads(wish.manifest, judge.find_uploads(page, body, at=at))
    sender = limits.get_sender(keep.request)
    try:
        return receive.take(page, body, keep=keep, sender=sender, at=at).submission_id
    except judge.Refused as refused:
        raise refuse(refused, body, wish.manifest) from None
