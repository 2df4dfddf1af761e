"""The one door through which a request, a file or a mail changes its state.

Each step is one UPDATE that finds the row only in the state its caller last saw, and one line in
the history of the request. Who may follow whom is written in `states`.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from treatment_forms.errors import NoReason, Stale, TransitionNotAllowed
from treatment_forms.models import Attachment, Delivery, Submission, SubmissionEvent, Upload
from treatment_forms.services import alarms
from treatment_forms.states import (
    NEXT_DELIVERY,
    NEXT_STATE,
    NEXT_UPLOAD,
    NEXT_VERDICT,
    DeliveryState,
    State,
    UploadState,
    Verdict,
)


@transaction.atomic
def move_submission(
    submission_id: int,
    *,
    source: State,
    target: State,
    at: datetime,
    actor_id: int | None = None,
    **detail: Any,
) -> None:
    """Take one step in the life of a request.

    Args:
        detail: ids for the history, never what the visitor wrote.

    Raises:
        TransitionNotAllowed: the table has no such step; nothing was written.
        Stale: the row is gone or no longer in `source`; nothing was written.
    """
    _require(NEXT_STATE, source, target)
    rows = Submission.objects.filter(pk=submission_id, status=source)
    _update(rows, status=target, status_changed_at=at)
    if source == State.RECEIVED:
        alarms.clear_unread(submission_id, at=at, actor_id=actor_id)
    SubmissionEvent.objects.create(
        submission_id=submission_id,
        kind=SubmissionEvent.Kind.STATUS,
        source=source,
        target=target,
        actor_id=actor_id,
        happened_at=at,
        detail=detail,
    )


@transaction.atomic
def move_verdict(
    attachment: Attachment,
    *,
    target: Verdict,
    at: datetime,
    lease_token: uuid.UUID | None = None,
    actor_id: int | None = None,
    note: str = "",
    scanned_with: str | None = None,
    **detail: Any,
) -> None:
    """Put down what is known of a file now; `attachment.verdict` is what the caller last saw.

    A malicious file stays due: its bytes are still to be deleted.

    Args:
        lease_token: the caller's claim; given, the row must still be held under it.
        note: why; without it, and somebody whose reason it is, nothing is released.
        scanned_with: what the scanner called itself before it looked, where it did.
        detail: ids and hashes for the history, never what the visitor wrote.

    Raises: as `move_submission`, and
        NoReason: nobody says why this file is to be released; nothing was written.
    """
    source = Verdict(attachment.verdict)
    _require(NEXT_VERDICT, source, target)
    if target == Verdict.RELEASED and not (actor_id and note.strip()):
        raise NoReason
    rows = Attachment.objects.filter(pk=attachment.pk, verdict=source, deleted_at=None)
    if lease_token is not None:
        rows = rows.filter(lease_token=lease_token)
    is_due = target in {Verdict.NOT_YET, Verdict.INFECTED}
    told = {} if scanned_with is None else {"scanned_with": scanned_with}
    _update(rows, verdict=target, verdict_at=at, due_at=at if is_due else None, **told)
    SubmissionEvent.objects.create(
        submission_id=attachment.submission_id,
        kind=SubmissionEvent.Kind.VERDICT,
        source=source,
        target=target,
        actor_id=actor_id,
        happened_at=at,
        note=note,
        detail={"attachment": attachment.pk, **detail},
    )


@transaction.atomic
def move_delivery(
    delivery: Delivery,
    *,
    source: DeliveryState,
    target: DeliveryState,
    at: datetime,
    due_at: datetime | None = None,
    lease_token: uuid.UUID | None = None,
) -> None:
    """Take one step in the life of a mail. Its tries tell the rest, so only ends become history.

    Args:
        due_at: when a worker looks at it next, for the states that end in another try.
        lease_token: the caller's claim; given, the row must still be held under it.

    Raises: as `move_submission`.
    """
    _require(NEXT_DELIVERY, source, target)
    rows = Delivery.objects.filter(pk=delivery.pk, state=source)
    if lease_token is not None:
        rows = rows.filter(lease_token=lease_token)
    _update(rows, state=target, state_changed_at=at, due_at=due_at, lease_token=uuid.uuid4())
    if due_at is None:
        SubmissionEvent.objects.create(
            submission_id=delivery.submission_id,
            kind=SubmissionEvent.Kind.DELIVERY,
            source=source,
            target=target,
            happened_at=at,
            detail={"delivery": delivery.pk},
        )


def move_upload(upload: Upload, *, target: UploadState, held_by: uuid.UUID, **changes: Any) -> None:
    """Take one step in the life of an upload; it has no history, it is gone in a day.

    Args:
        held_by: the lease as its holder, or who wants to hold it, last saw it.
        changes: other columns of the row, written in the same step.

    Raises: as `move_submission`.
    """
    source = UploadState(upload.state)
    _require(NEXT_UPLOAD, source, target)
    rows = Upload.objects.filter(pk=upload.pk, state=source, offset=F("length"))
    rows = rows.filter(lease_token=held_by, expires_at=upload.expires_at)
    _update(rows, state=target, **changes)
    upload.state = target


def _require(table: Mapping[Any, frozenset[Any]], source: Any, target: Any) -> None:
    if target not in table[source]:
        raise TransitionNotAllowed(f"{source.value} to {target.value}")


def _update(rows: QuerySet[Any, Any], **changes: Any) -> None:
    if rows.update(**changes) == 0:
        raise Stale(f"{rows.model._meta.model_name} has moved on")
