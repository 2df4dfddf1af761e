"""Take more files for a request that is here: judged, kept and refused as those of a form."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from treatment_forms import conf
from treatment_forms.errors import NoRoom, Stale, StorageDown
from treatment_forms.files.faults import Fault, FileError
from treatment_forms.forms import VisitorForm
from treatment_forms.models import Replay, StagedFile, Submission, TreatmentFormPage
from treatment_forms.services import stage
from treatment_forms.services.addition import add_files, count_room
from treatment_forms.services.judge import (
    Delayed,
    Refused,
    explain,
    find_uploads,
    get_file_errors,
    keep_files,
    list_missing,
    log_malware,
)
from treatment_forms.services.read import Body
from treatment_forms.states import State

Keep = Callable[[Sequence[StagedFile]], None]
"""As that of `receive`: called in the transaction that adds the files."""


def find_page(submission: Submission) -> TreatmentFormPage | None:
    """The form that tells what may be added, with no more room than the request has.

    None when nothing may: it is gone, or takes no files, or the request is full. Never save it.
    """
    pages = TreatmentFormPage.objects.filter(translation_key=submission.form_key)
    own = pages.filter(pk=submission.form_page_id).first()
    page: TreatmentFormPage | None = own or pages.first()
    room = count_room(submission)
    if page is None or not room or page.form_class.spec.files_row is None:
        return None
    page.max_files = min(page.max_files, room)
    page.upload_error_help = ""  # it speaks of sending the form without files
    page.form_class.spec.files_row.required = True  # here there is nothing else to send
    return page


def receive_more(
    page: TreatmentFormPage, submission: Submission, body: Body, *, at: datetime
) -> None:
    """Add what was sent to the request, once however often it is sent.

    Args:
        page: from `find_page`.

    Raises:
        Refused: nothing was added; what passed is kept as the form's uploads.
        StorageDown: nothing was added or kept.
    """
    key = _make_key(submission, body)
    if _is_done(key, submission, at=at):
        return
    try:
        take_more(page, submission, body, keep=partial(_keep, key, submission, at=at), at=at)
    except Refused as refused:
        submission.refresh_from_db(fields=["status"])
        if submission.status != State.WITHDRAWN and not _is_done(key, submission, at=at):
            raise
        # It was withdrawn at this very moment, or this is a second press.
        stage.discard(refused.form.uploads)


def take_more(
    page: TreatmentFormPage, submission: Submission, body: Body, *, keep: Keep, at: datetime
) -> None:
    """As `receive_more`, for who has made sure that it is not the same once more."""
    if not body.has_storage:
        raise StorageDown
    form, files = _accept(page, body, at=at)
    try:
        with transaction.atomic():  # two presses meet in the row of the request
            add_files(submission.pk, files, at=at)
            keep(files)
    except Stale:
        _refuse_gone(page, form, files, at=at)
    except NoRoom:  # somebody has added others at the same time
        form.file_errors = [explain(Fault.TOO_MANY, file, page) for file in files]
        raise Refused(form) from None


def is_done(submission: Submission, body: Body, *, at: datetime) -> bool:
    """Whether these very files were added before, also when no others may be by now."""
    return _is_done(_make_key(submission, body), submission, at=at)


def _make_key(submission: Submission, body: Body) -> str:
    parts = [
        submission.reference,
        sorted(set(body.fields.getlist("uploads")) - set(body.fields.getlist("remove"))),
        [(file.name, file.size, file.sha256) for file in body.files],
    ]
    return salted_hmac("treatment_forms.more", json.dumps(parts), algorithm="sha256").hexdigest()


def _is_done(key: str, submission: Submission, *, at: datetime) -> bool:
    return Replay.objects.filter(key=key, submission=submission, expires_at__gt=at).exists()


def _accept(
    page: TreatmentFormPage, body: Body, *, at: datetime
) -> tuple[VisitorForm, list[StagedFile]]:
    removed = body.fields.getlist("remove")
    stage.discard(stage.find(removed, form_key=page.translation_key, at=at))
    uploads = find_uploads(page, body, at=at)
    missing = list_missing(body, uploads)
    form = page.form_class()
    form.file_errors = get_file_errors(page, form, body.files, uploads, missing=missing)
    log_malware(page, body.files)
    if body.too_much:
        form = keep_files(page, form, body, uploads, at=at)
        raise Delayed(form, body.too_much.retry_after)
    if form.file_errors:
        raise Refused(keep_files(page, form, body, uploads, at=at))
    files = [*uploads, *stage.stage(body.files, form_key=page.translation_key, at=at)]
    form.uploads = files
    return form, files


def _keep(key: str, submission: Submission, files: Sequence[StagedFile], *, at: datetime) -> None:
    Replay.objects.filter(key=key, expires_at__lte=at).delete()
    expires_at = at + conf.REPLAY_FOR_WITHOUT_KEY
    try:
        with transaction.atomic():
            Replay.objects.create(key=key, submission=submission, expires_at=expires_at)
    except IntegrityError as error:
        raise Stale("these files were added at the same moment") from error


def _refuse_gone(
    page: TreatmentFormPage, form: VisitorForm, files: Sequence[StagedFile], *, at: datetime
) -> None:
    tokens = [file.token for file in files]
    form.uploads = stage.find(tokens, form_key=page.translation_key, at=at)
    form.file_errors = [FileError(Fault.GONE, str(Fault.GONE.label))]
    raise Refused(form)
