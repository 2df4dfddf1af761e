"""Store a request with its files, mails and consents in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from treatment_forms import vault
from treatment_forms.answers import get_email
from treatment_forms.errors import Stale
from treatment_forms.forms import VisitorForm
from treatment_forms.models import (
    Alarm,
    Attachment,
    ConsentGiven,
    ConsentText,
    Delivery,
    StagedFile,
    Submission,
    SubmissionEvent,
    TreatmentFormPage,
)
from treatment_forms.models.attachments import StoredFile
from treatment_forms.models.consents import checksum_of
from treatment_forms.services import alarms, limits, stage, suspicion
from treatment_forms.services.address import draft, get_recipients, has_to_wait
from treatment_forms.services.reply import draft_confirmation, make_email_key
from treatment_forms.signals import submission_received
from treatment_forms.states import State, Verdict

Keep = Callable[[Submission, Sequence[StagedFile]], None]
"""Called in the transaction that stores a request: puts down that it is there now.

Raises `Stale` when it was there already; then nothing is stored.
"""


@dataclass(frozen=True)
class Receipt:
    submission_id: int
    reference: str
    is_new: bool


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
