"""Resumable uploads: one file at a time, piece by piece, checked as soon as it is whole.

The id in the address is a capability. What is unknown, has expired, was ended or is in a request
by now is not there, and nothing tells these apart.
"""

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from ninja import Router

from treatment_forms import tokens
from treatment_forms.api import tus, tus_schema
from treatment_forms.api.problems import Problem
from treatment_forms.errors import BodyBroken, BodyCut, FormFull, Stale, StorageDown
from treatment_forms.files.faults import Fault
from treatment_forms.files.names import tidy
from treatment_forms.models import StagedFile, TreatmentFormPage, Upload
from treatment_forms.services import limits, upload
from treatment_forms.services.append import append
from treatment_forms.services.finish import finish
from treatment_forms.services.judge import explain
from treatment_forms.services.read import ReceivedFile
from treatment_forms.states import UploadState

logger = logging.getLogger(__name__)

File = Upload | StagedFile

BUSY_SECONDS = 3
FAULT_STATUS = {Fault.TOO_BIG: 413}

router = Router(tags=["uploads"])
router.add_decorator(tus.speak, mode="view")


@router.api_operation(
    ["OPTIONS"],
    "/uploads",
    url_name="uploads",
    operation_id="tell_about_uploads",
    response={204: None},
)
def tell_abilities(request: HttpRequest) -> HttpResponse:
    """What of tus is spoken here."""
    return tus.tell_abilities()


@router.post(
    "/uploads",
    url_name="uploads",
    operation_id="begin_upload",
    response={201: None, **tus_schema.CREATION_ERRORS},
    openapi_extra=tus_schema.CREATION,
)
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; its address is in `Location`. Bytes may come along."""
    if "Upload-Defer-Length" in request.headers:
        raise Problem(400, "bad_header", _("Say at once how long the file is."))
    length = tus.read_number(request, "Upload-Length")
    body_length = tus.read_body_length(request) if tus.has_body(request) else 0
    metadata = tus.read_metadata(request)
    page = get_form(metadata.get("form", ""))
    name = tidy(metadata.get("filename", ""))
    require_size(ReceivedFile(name=name, size=length), page)
    require_room(body_length, length)
    made = begin(request, page, name=name, length=length)
    file = take_along(request, made, body_length)
    return tus.tell(201, file, Location=make_address(request, made.token))


@router.api_operation(
    ["OPTIONS"],
    "/uploads/{token}",
    url_name="upload",
    operation_id="tell_about_upload",
    response={204: None},
)
def tell_abilities_again(request: HttpRequest, token: str) -> HttpResponse:
    """What of tus is spoken here."""
    return tus.tell_abilities()


@router.api_operation(
    ["HEAD"],
    "/uploads/{token}",
    url_name="upload",
    operation_id="look_at_upload",
    response={200: None, **tus_schema.LOOK_ERRORS},
    openapi_extra=tus_schema.LOOK,
)
def look(request: HttpRequest, token: str) -> HttpResponse:
    """How far the upload has come. One that is whole but unchecked is checked now."""
    file = settle(get(token))
    if isinstance(file, Upload) and file.state == UploadState.REFUSED:
        raise Problem(
            410, "gone", _("There is nothing here."), headers={"Upload-Fault": str(file.fault)}
        )
    return tus.tell(200, file, Upload_Metadata=tus.write_metadata(file.name))


@router.patch(
    "/uploads/{token}",
    url_name="upload",
    operation_id="continue_upload",
    response={204: None, **tus_schema.BYTES_ERRORS},
    openapi_extra=tus_schema.BYTES,
)
def go_on(request: HttpRequest, token: str) -> HttpResponse:
    """More bytes. With the last of them the answer is what the check of the file says."""
    file = get(token)
    require_good(file)
    length = tus.read_body_length(request)
    offset = tus.read_number(request, "Upload-Offset")
    if isinstance(file, StagedFile):
        require_place(offset, file.size)
        require_room(length, 0)
        return tus.tell(204, file)
    require_open(file)
    require_place(offset, file.offset)
    require_room(length, file.length - file.offset)
    try:
        append(file, request, offset=offset, length=length, clock=timezone.now)
    except Stale as stale:
        raise misplaced() from stale
    except BodyCut as cut:
        raise Problem(400, "incomplete", _("The bytes did not arrive whole.")) from cut
    except BodyBroken as broken:
        raise Problem(400, "pieces", _("The file came in too many pieces.")) from broken
    return tus.tell(204, require_good(settle(file)))


@router.delete(
    "/uploads/{token}",
    url_name="upload",
    operation_id="end_upload",
    response={204: None, **tus_schema.END_ERRORS},
    openapi_extra=tus_schema.END,
)
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Delete the upload, also one that is whole and waits for its request."""
    upload.terminate(get(token), at=timezone.now())
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    return response


METHODS = {"HEAD": look, "PATCH": go_on, "DELETE": end}


@router.post(
    "/uploads/{token}",
    url_name="upload",
    operation_id="override_method",
    response={200: None, 204: None, **tus_schema.OVERRIDE_ERRORS},
    openapi_extra=tus_schema.OVERRIDE,
)
def override(request: HttpRequest, token: str) -> HttpResponse:
    """For proxies that let only GET and POST through: a header says what is meant."""
    view = METHODS.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if view is None:
        headers = {"Allow": ", ".join(["OPTIONS", *METHODS])}
        raise Problem(405, "method", _("This address takes no such request."), headers=headers)
    return view(request, token)


# --- What must be so -----------------------------------------------------------------


def get(token: str) -> File:
    file = upload.find(token, at=timezone.now())
    if file is None:
        logger.warning("Upload: there is no such file")
        raise Http404
    return file


def get_form(name: str) -> TreatmentFormPage:
    """The form by its key, as apps have it, or by the signed token in its page."""
    key = read_key(name)
    page = upload.find_open_form(key or read_token(name), only_public=key is not None)
    if page is None:
        raise Http404
    return page


def read_key(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def read_token(token: str) -> UUID:
    try:
        return tokens.read_form_token(token).form_key
    except tokens.BadSignature as error:
        words = _("This page is too old. Please load it again.")
        raise Problem(403, "form_token", words) from error


def require_size(file: ReceivedFile, page: TreatmentFormPage) -> None:
    if file.size == 0:
        raise tell_fault(Fault.EMPTY, file, page)
    if file.size > page.max_file_bytes:
        raise tell_fault(Fault.TOO_BIG, file, page)


def require_good(file: File) -> File:
    if isinstance(file, StagedFile) or file.state != UploadState.REFUSED:
        return file
    page = upload.find_form(file.form_key)
    if page is None:
        raise Http404
    raise tell_fault(Fault(file.fault), ReceivedFile(name=file.name, size=file.length), page)


def require_open(file: Upload) -> None:
    """
    Raises:
        Problem: the form was closed since the upload began. What is here goes when it expires:
            the form may be opened again, and its sender may end the upload.
    """
    if upload.find_open_form(file.form_key) is None:
        words = _("This form takes no files just now. Nothing more of your file was taken.")
        raise Problem(403, "form_closed", words)


def tell_fault(fault: Fault, file: ReceivedFile, page: TreatmentFormPage) -> Problem:
    return Problem(FAULT_STATUS.get(fault, 422), fault.value, str(explain(fault, file, page)))


def require_place(offset: int, actual: int) -> None:
    if offset != actual:
        raise misplaced()


def misplaced() -> Problem:
    return Problem(409, "offset", _("The upload is at another place. Ask where, and go on there."))


def require_room(length: int, room: int) -> None:
    if length > room:
        raise Problem(413, "too_long", _("More bytes were sent than were announced."))


# --- Steps ---------------------------------------------------------------------------


def begin(request: HttpRequest, page: TreatmentFormPage, *, name: str, length: int) -> Upload:
    sender = limits.get_sender(request)
    try:
        return upload.create(page, name=name, length=length, sender=sender, at=timezone.now())
    except FormFull as full:
        words = _("No more files can be taken just now. Please send your request without them.")
        headers = {"Retry-After": str(full.retry_after)}
        raise Problem(429, "form_full", words, headers=headers) from full


def make_address(request: HttpRequest, token: str) -> str:
    """Without a host, which a request could forge; with the language that was asked for."""
    address = f"{request.path.rstrip('/')}/{token}"
    locale = request.GET.get("locale")
    return f"{address}?{urlencode({'locale': locale})}" if locale else address


def take_along(request: HttpRequest, made: Upload, length: int) -> File:
    """The bytes that came with the creation. Those that did not arrive can still be sent."""
    try:
        append(made, request, offset=0, length=length, clock=timezone.now)
    except (BodyCut, StorageDown):
        return made
    return require_good(settle(made))


def settle(file: File) -> File:
    """Check a file that is whole, unless that is done.

    Raises:
        Problem: another process does it just now.
    """
    if isinstance(file, StagedFile) or file.state == UploadState.REFUSED:
        return file
    if file.offset < file.length:
        return file
    try:
        return finish(file, clock=timezone.now)
    except Stale as stale:
        now = get(file.token)
        if isinstance(now, StagedFile) or now.state == UploadState.REFUSED:
            return now
        headers = {"Retry-After": str(BUSY_SECONDS)}
        words = _("The file is being checked. Please ask again.")
        raise Problem(423, "busy", words, headers=headers) from stale
