"""Add files to a request that is here already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from treatment_forms import conf
from treatment_forms.errors import NoRoom, Stale
from treatment_forms.models import (
    Attachment,
    Delivery,
    StagedFile,
    Submission,
    SubmissionEvent,
    TreatmentFormPage,
)
from treatment_forms.services import stage
from treatment_forms.services.address import address, get_recipients, get_told, has_to_wait
from treatment_forms.services.store import attach
from treatment_forms.states import State


@dataclass(frozen=True)
class Addition:
    """What came of it.

    Attributes:
        positions: of the new files, in the order in which they were given.
        known: how many were here already, byte for byte and by name: they are not kept twice.
    """

    positions: list[int]
    known: int


def count_room(submission: Submission) -> int:
    """How many more files the request can hold; those whose bytes are deleted count, too."""
    return max(0, conf.MAX_FILES_OF_REQUEST - submission.attachments.count())


@transaction.atomic
def add_files(submission_id: int, files: Sequence[StagedFile], *, at: datetime) -> Addition:
    """Take staged files over into a request, and tell its coordinators.

    The same file again is the same file: who presses twice, or did not see our answer and sends
    again, adds nothing. The request's status stays; the history and a mail tell what is new.

    Raises:
        NoRoom: too many; nothing was written.
        Stale: the request is withdrawn, or another has one of the files; nothing was written.
    """
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission_id)
    if submission.status == State.WITHDRAWN:
        raise Stale(f"request {submission_id} is withdrawn")
    new = _leave_out_known(submission, files)
    if len(new) > count_room(submission):
        raise NoRoom(count_room(submission))
    positions = _attach(submission, new, at=at) if new else []
    if positions and submission.status != State.SPAM:  # of that nobody was told so far
        _tell(submission, new, at=at)
    known = [file for file in files if file not in new]
    stage.claim(known, at=at)  # they expire at once
    return Addition(positions, len(known))


def _leave_out_known(submission: Submission, files: Sequence[StagedFile]) -> list[StagedFile]:
    kept = submission.attachments.filter(deleted_at=None).exclude(stored_name="")
    seen = set(kept.values_list("sha256", "name"))
    new = []
    for file in files:
        if (file.sha256, file.name) not in seen:
            seen.add((file.sha256, file.name))
            new.append(file)
    return new


def _attach(submission: Submission, files: Sequence[StagedFile], *, at: datetime) -> list[int]:
    last: int = submission.attachments.aggregate(last=Max("position"))["last"] or 0
    attach(submission, files, at=at, start=last + 1)
    positions = list(range(last + 1, last + 1 + len(files)))
    SubmissionEvent.objects.create(
        submission=submission,
        kind=SubmissionEvent.Kind.FILES_ADDED,
        happened_at=at,
        detail={"files": len(files), "positions": positions},
    )
    return positions


def _tell(submission: Submission, files: Sequence[StagedFile], *, at: datetime) -> None:
    """Whoever gets the form's requests now; without the form, those who got this one."""
    page = TreatmentFormPage.objects.filter(pk=submission.form_page_id).first()
    recipients = (get_recipients(page) if page else []) or get_told(submission)
    waits = has_to_wait(files)
    address(submission, Delivery.Kind.ADDITION, recipients, at=at, waits=waits)


def get_unseen(submission: Submission) -> set[int]:
    """Positions of files that were added later and that nobody has had a look at yet."""
    events = submission.events.filter(kind=SubmissionEvent.Kind.FILES_ADDED)
    added = {position for event in events for position in event.detail["positions"]}
    files = Attachment.objects.filter(submission=submission, downloaded_at=None, deleted_at=None)
    return added & set(files.values_list("position", flat=True))
