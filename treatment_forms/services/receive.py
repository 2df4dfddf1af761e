"""Take a request: whole, once, or not at all."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.formats import number_format
from wagtail.models import Page

from treatment_forms import conf, vault
from treatment_forms.answers import get_email
from treatment_forms.bidi import isolate
from treatment_forms.errors import Stale, StorageDown, TooMuch, TreatmentFormsError
from treatment_forms.files.faults import Fault, FileError
from treatment_forms.forms import TOKEN, TRAP, VisitorForm
from treatment_forms.models import (
    Alarm,
    Attachment,
    ConsentGiven,
    ConsentText,
    Delivery,
    Replay,
    StagedFile,
    Submission,
    SubmissionEvent,
    TreatmentFormPage,
)
from treatment_forms.models.attachments import StoredFile
from treatment_forms.models.consents import checksum_of
from treatment_forms.prepared import Prepared
from treatment_forms.privacy import public
from treatment_forms.services import alarms, limits, stage, suspicion, turns
from treatment_forms.services.address import draft, get_recipients, has_to_wait
from treatment_forms.services.read import Body, ReceivedFile
from treatment_forms.services.reply import draft_confirmation, make_email_key
from treatment_forms.signals import submission_received
from treatment_forms.states import State, Verdict

logger = logging.getLogger(__name__)

Keep = Callable[[Submission, Sequence[StagedFile]], None]
"""Called in the transaction that stores a request: puts down that it is there now.

Raises `Stale` when it was there already; then nothing is stored.
"""

REPLAY = Prepared(lambda key: Replay.objects.filter(key=key), stand_in="?")
NOT_PART_OF_THE_REQUEST = frozenset({"submission_id", "complete", "as", TOKEN, TRAP})


@dataclass(frozen=True)
class Receipt:
    submission_id: int
    reference: str
    is_new: bool


class Refused(TreatmentFormsError):
    """The visitor has something to mend. Files that passed are kept as the form's uploads.

    Args:
        form: bound, with its errors, its uploads and what is wrong with the files.
    """

    def __init__(self, form: VisitorForm) -> None:
        super().__init__("refused")
        self.form = form


class Delayed(Refused):
    """Nothing to mend, but too much from one address: the same again later will do."""

    def __init__(self, form: VisitorForm, retry_after: int) -> None:
        super().__init__(form)
        self.retry_after = retry_after


def receive(
    page: TreatmentFormPage, body: Body, *, sender: str, at: datetime, is_test: bool = False
) -> Receipt:
    """Judge what a visitor sent, and store it in one transaction.

    Raises:
        Refused: nothing was stored but staged files.
        StorageDown: nothing was stored.
    """
    key = make_key(page, body)
    if done := find_replay(key, at=at):
        return done
    keep = partial(keep_replay, key, has_id=bool(get_submission_id(body.fields)), at=at)
    try:
        return take(page, body, keep=keep, sender=sender, at=at, is_test=is_test)
    except Refused as refused:
        # It may have arrived twice at the same moment, and the other one was faster.
        if done := find_replay(key, at=at):
            stage.discard(refused.form.uploads)
            return done
        raise


def take(page: TreatmentFormPage, body: Body, *, at: datetime, **how: Any) -> Receipt:
    """As `receive`, for who has made sure that it is not the same request again.

    Args:
        how: what `store` wants to know.
    """
    if not body.has_storage:
        raise StorageDown
    form, files = accept(page, body, at=at)
    return store_or_refuse(page, form, files, at=at, **how)


def accept(
    page: TreatmentFormPage, body: Body, *, at: datetime
) -> tuple[VisitorForm, list[StagedFile]]:
    """The form without a fault, and its files in the private storage.

    Raises:
        Refused: there is a fault.
        StorageDown: the files could not be kept.
    """
    removed = body.fields.getlist("remove")
    stage.discard(stage.find(removed, form_key=page.translation_key, at=at))
    uploads = find_uploads(page, body, at=at)
    form = judge(page, body, uploads, missing=list_missing(body, uploads))
    if body.too_much:
        form = keep_files(page, form, body, uploads, at=at)
        raise Delayed(form, body.too_much.retry_after)
    if not form.is_valid() or form.file_errors:
        raise Refused(keep_files(page, form, body, uploads, at=at))
    return form, [*uploads, *stage.stage(body.files, form_key=page.translation_key, at=at)]


def store_or_refuse(
    page: TreatmentFormPage, form: VisitorForm, files: list[StagedFile], *, at: datetime, **how: Any
) -> Receipt:
    """Store, or say why not with the files that are still there.

    Raises:
        Refused: it is there already, or one too many, or another request has one of its files.
    """
    form.uploads = files
    try:
        with turns.taken():
            return store(page, form, files, at=at, **how)
    except TooMuch as too_much:
        raise Delayed(form, too_much.retry_after) from too_much
    except Stale as stale:
        tokens = [file.token for file in files]
        form.uploads = stage.find(tokens, form_key=page.translation_key, at=at)
        form.file_errors = [FileError(Fault.GONE, str(Fault.GONE.label))]
        raise Refused(form) from stale


def find_uploads(page: TreatmentFormPage, body: Body, *, at: datetime) -> list[StagedFile]:
    return stage.find(body.fields.getlist("uploads"), form_key=page.translation_key, at=at)


def list_missing(body: Body, uploads: Sequence[StagedFile]) -> list[str]:
    """Uploads that are not here any more, but for those that the visitor has removed."""
    known = {*body.fields.getlist("remove"), *(file.token for file in uploads)}
    asked = dict.fromkeys(body.fields.getlist("uploads"))
    return [token for token in asked if token not in known]


# --- Once ----------------------------------------------------------------------------


def make_key(page: TreatmentFormPage, body: Body) -> str:
    """What makes two requests the same one: form, answers, files, and the browser's id if any."""
    answers = [
        (name, values)
        for name, values in sorted(body.fields.lists())
        if name not in NOT_PART_OF_THE_REQUEST
    ]
    files = [(file.name, file.size, file.sha256) for file in body.files]
    parts = [str(page.translation_key), get_submission_id(body.fields), answers, files]
    text = json.dumps(parts, ensure_ascii=True)
    return salted_hmac("treatment_forms.replay", text, algorithm="sha256").hexdigest()


def get_submission_id(fields: QueryDict) -> str:
    """The id that the browser made; empty where it made none, or no UUID."""
    try:
        return str(UUID(fields.get("submission_id", "")))
    except ValueError:
        return ""


def find_replay(key: str, *, at: datetime) -> Receipt | None:
    replay = next(iter(REPLAY.find(Replay, key)), None)
    if replay and replay.expires_at <= at:  # not in `store`: there every statement is waited for
        Replay.objects.filter(pk=replay.pk, expires_at__lte=at).delete()
        return None
    if replay is None or replay.submission is None:
        return None
    return Receipt(replay.submission.pk, replay.submission.reference, is_new=False)


# --- Judging -------------------------------------------------------------------------


def judge(
    page: TreatmentFormPage, body: Body, uploads: Sequence[StagedFile], *, missing: Sequence[str]
) -> VisitorForm:
    form = page.form_class(data=body.fields)
    form.source = get_source(body.fields)
    form.file_errors = get_file_errors(page, form, body.files, uploads, missing=missing)
    log_malware(page, body.files)
    return form


def log_malware(page: TreatmentFormPage, files: Sequence[ReceivedFile]) -> None:
    for file in files:
        if file.fault == Fault.MALWARE:
            logger.warning("Malware refused: form %s, sha256 %s", page.pk, file.sha256)


def get_file_errors(
    page: TreatmentFormPage,
    form: VisitorForm,
    files: Sequence[ReceivedFile],
    uploads: Sequence[StagedFile],
    *,
    missing: Sequence[str],
) -> list[FileError]:
    row = form.spec.files_row
    good = [file for file in files if not file.fault]
    room = count_places(page, form) - len(uploads)
    for file in good[max(room, 0) :]:
        file.fault = Fault.TOO_MANY
    errors = [explain(Fault.TOO_MANY, file, page) for file in uploads[count_places(page, form) :]]
    errors += [explain(file.fault, file, page) for file in files if file.fault]
    errors += [FileError(Fault.GONE, str(Fault.GONE.label), token=token) for token in missing]
    if row and row.required and not (files or uploads or missing):
        text = translation.gettext("Please attach at least one file.")
        errors.append(FileError("required", text))
    return errors


def count_places(page: TreatmentFormPage, form: VisitorForm) -> int:
    """Less than what is staged when the editor has changed the form meanwhile."""
    return page.max_files if form.spec.files_row else 0


def explain(fault: Fault, file: ReceivedFile | StagedFile, page: TreatmentFormPage) -> FileError:
    facts = {
        "name": isolate(file.name),
        "size": show_size(file.size),
        "limit": show_size(page.max_file_bytes),
        "count": page.max_files,
    }
    return FileError(fault, str(fault.label) % facts, file)


def show_size(size: int) -> str:
    """In megabytes as the form's help counts them, rounded up so that 10 MB + 1 byte is more."""
    hundredths = -(-size * 100 // conf.MIB)
    whole, rest = divmod(hundredths, 100)
    number = number_format(hundredths / 100 if rest else whole, use_l10n=True)
    return translation.gettext("%(size)s MB") % {"size": number}


def keep_files(
    page: TreatmentFormPage,
    form: VisitorForm,
    body: Body,
    uploads: Sequence[StagedFile],
    *,
    at: datetime,
) -> VisitorForm:
    """Keep what passed while its sender mends the rest."""
    good = [file for file in body.files if not file.fault]
    try:
        fresh = stage.stage(good, form_key=page.translation_key, at=at)
    except StorageDown:
        fresh = []
        form.file_errors += [explain(Fault.NOT_KEPT, file, page) for file in good]
    form.uploads = [*uploads[: count_places(page, form)], *fresh]
    return form


def get_source(fields: QueryDict) -> Page | None:
    """The page that the visitor came from, if everybody may see it."""
    source = fields.get("source", "")
    if not (source.isascii() and source.isdigit() and len(source) < 10):
        return None
    pages = public(Page.objects.live()).filter(pk=int(source))
    return pages.only("translation_key").first()  # a page has many columns


# --- Storing -------------------------------------------------------------------------


def store(
    page: TreatmentFormPage,
    form: VisitorForm,
    files: Sequence[StagedFile],
    *,
    keep: Keep,
    sender: str,
    at: datetime,
    is_test: bool = False,
) -> Receipt:
    """Everything that a request is, in one transaction; what is not stored does not count.

    Whatever needs thinking is done before it: on SQLite all others wait until it is over.

    Raises:
        TooMuch: the sender has sent too many others.
        Stale: this request is there already, or one of its files is in another one.
    """
    signs = [] if is_test else suspicion.find_signs(form, at=at)
    status = State.SPAM if suspicion.is_spam(signs) else State.RECEIVED
    submission = make_submission(page, form, status=status, at=at, is_test=is_test)
    with transaction.atomic():
        submission.save(force_insert=True)
        keep(submission, files)  # before counting: its own twin is not too much
        limits.spend(sender, "RATE_SUBMISSIONS", 1, at=at)
        attach(submission, files, at=at)
        keep_consents(submission, form, at=at)
        SubmissionEvent.objects.create(
            submission=submission,
            kind=SubmissionEvent.Kind.RECEIVED,
            target=status,
            happened_at=at,
            detail={"files": len(files), "test": is_test, "signs": signs},
        )
        if status == State.RECEIVED:
            announce(page, submission, files, at=at)
    return Receipt(submission.pk, submission.reference, is_new=True)


def make_submission(
    page: TreatmentFormPage, form: VisitorForm, *, status: State, at: datetime, is_test: bool
) -> Submission:
    snapshot = form.snapshot
    return Submission(
        form_key=page.translation_key,
        form_title=page.title,
        form_page_id=page.pk,
        source_page=form.source,
        language_code=page.locale.language_code,
        topic=form.topic,
        status=status,
        status_changed_at=at,
        received_at=at,
        is_test=is_test,
        email_key=make_email_key(get_email(snapshot, form.answers)),
        sealed_answers=vault.seal(form.answers),
        form_snapshot=[{**row, "in_mail": page.text_in_mail} for row in snapshot],
    )


def keep_replay(
    key: str,
    submission: Submission,
    files: Sequence[StagedFile],
    *,
    has_id: bool,
    at: datetime,
) -> None:
    lasts: timedelta = conf.REPLAY_FOR if has_id else conf.REPLAY_FOR_WITHOUT_KEY
    try:
        Replay.objects.create(key=key, submission=submission, expires_at=at + lasts)
    except IntegrityError as error:
        raise Stale("this request is there already") from error


def attach(
    submission: Submission, files: Sequence[StagedFile], *, at: datetime, start: int = 1
) -> None:
    """Take the files over from the stage; a file can be taken over once."""
    if not files:
        return
    if stage.claim(files, at=at) != len(files):
        raise Stale("a staged file is in another request by now")
    StagedFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    Attachment.objects.bulk_create(
        Attachment(
            submission=submission,
            position=position,
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            media_type=file.media_type,
            stored_name=file.stored_name,
            verdict=file.verdict,
            scanned_with=file.scanned_with,
            verdict_at=file.verdict_at,
            due_at=at if file.verdict == Verdict.NOT_YET else None,
        )
        for position, file in enumerate(files, start=start)
    )


def keep_consents(submission: Submission, form: VisitorForm, *, at: datetime) -> None:
    for key, text in form.given_consents:
        wording, _is_new = ConsentText.objects.get_or_create(
            key=key,
            language_code=submission.language_code,
            checksum=checksum_of(text),
            defaults={"text": text, "first_used_at": at},
        )
        ConsentGiven.objects.create(submission=submission, text=wording, given_at=at)


def announce(
    page: TreatmentFormPage, submission: Submission, files: Sequence[StoredFile], *, at: datetime
) -> None:
    """Tell everybody who is to know of it. What looks like spam comes here when staff say not."""
    address_mails(page, submission, files, at=at)
    tell = partial(submission_received.send_robust, sender=Submission, submission_id=submission.pk)
    transaction.on_commit(tell)


def address_mails(
    page: TreatmentFormPage, submission: Submission, files: Sequence[StoredFile], *, at: datetime
) -> None:
    """One mail for each recipient, and one for the sender, which waits for nothing."""
    recipients = get_recipients(page)
    waits = has_to_wait(files)
    mails = draft(submission, Delivery.Kind.COORDINATOR, recipients, at=at, waits=waits)
    Delivery.objects.bulk_create([*mails, *draft_confirmation(submission, at=at)])
    if not recipients:  # somebody has emptied the list behind the editor's back
        kind = Alarm.Kind.SUBMISSION_FAILED
        alarms.raise_once(kind, submission_id=submission.pk, at=at)
