"""Take a request back, as its sender may at any time."""

import uuid
from datetime import datetime

from django.db import transaction

from treatment_forms import vault
from treatment_forms.models import (
    Alarm,
    Delivery,
    FileLink,
    Replay,
    Submission,
    SubmissionEvent,
)
from treatment_forms.services import idempotency
from treatment_forms.services.address import FOR_PATIENTS, address, get_told
from treatment_forms.services.transition import move_submission, move_verdict
from treatment_forms.states import CLAIMABLE, State, Verdict

ANSWERED = (Alarm.Kind.UNREAD, Alarm.Kind.SCAN_OVERDUE)
"""What these ask for, nobody needs to do any more."""


@transaction.atomic
def withdraw(submission_id: int, *, at: datetime) -> None:
    """Erase what the sender told us and close the files, at once and for good.

    What is left says that there was a request, what became of it, and which words were agreed to:
    reference, times, numbers and sizes. From the commit on no door opens a file; the bytes are
    due to be deleted then, by whoever comes first (see `rescan`), so that a crash or a storage
    that is down leaves them to the next. Does nothing when it is done.
    """
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission_id)
    source = State(submission.status)
    if source == State.WITHDRAWN:
        return
    address(submission, Delivery.Kind.WITHDRAWAL, get_told(submission), at=at)
    _close_files(submission, at=at)
    _revoke_links(submission, at=at)
    move_submission(submission_id, source=source, target=State.WITHDRAWN, at=at)
    _erase_answers(submission)
    _forget_address(submission)
    Alarm.objects.filter(submission=submission, kind__in=ANSWERED, cleared_at=None).update(
        cleared_at=at
    )


def _close_files(submission: Submission, *, at: datetime) -> None:
    files = submission.attachments
    for file in files.filter(verdict=Verdict.NOT_YET):
        move_verdict(file, target=Verdict.UNSCANNABLE, at=at)  # there is nothing left to scan
    files.exclude(stored_name="").update(
        deleted_at=at,
        due_at=at,
        lease_token=uuid.uuid4(),  # whoever is at one of them now comes too late
    )
    files.update(name="")  # which may be the patient's


def _revoke_links(submission: Submission, *, at: datetime) -> None:
    for link in FileLink.objects.filter(delivery__submission=submission, revoked_at=None):
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        SubmissionEvent.objects.create(
            submission=submission,
            kind=SubmissionEvent.Kind.LINK_REVOKED,
            happened_at=at,
            detail={"link": link.pk, "delivery": link.delivery_id},
        )


def _erase_answers(submission: Submission) -> None:
    """The topic is an answer, and the page that somebody came from says as much as one."""
    Submission.objects.filter(pk=submission.pk).update(
        sealed_answers=vault.seal({}), topic="", source_page=None, email_key=""
    )
    idempotency.forget_names(submission)
    # By the form, the same once more is a new request: whoever sends it has changed their mind.
    Replay.objects.filter(submission=submission, sealed_answer=None).delete()


def _forget_address(submission: Submission) -> None:
    """Of mails to the sender only the dates are left; one that has not left never does."""
    mails = submission.deliveries.filter(kind__in=FOR_PATIENTS)
    mails.filter(state__in=CLAIMABLE).delete()
    mails.update(recipient="")
