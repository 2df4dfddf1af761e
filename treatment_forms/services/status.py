"""What becomes of a request, as its sender may know it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from treatment_forms.models import Attachment, Delivery, Submission, SubmissionEvent
from treatment_forms.states import SETTLED, DeliveryState, State, Verdict

OF_THE_REQUEST = frozenset({Delivery.Kind.COORDINATOR, Delivery.Kind.ESCALATION})
ARRIVED = frozenset({DeliveryState.DELIVERED, DeliveryState.COMPLAINED})


@dataclass(frozen=True)
class FileStatus:
    """One file. Its name is the sender's own word: not for whom only a mail has led here."""

    position: int
    name: str
    size: int
    sha256: str
    state: Verdict


@dataclass(frozen=True)
class Status:
    """Each time is that of a step that was made, None where it was not (yet).

    Attributes:
        checked_at: when the last file got its verdict; None as well when there are no files.
        sent_at: when a mail server took a coordinator's mail. That proves nothing yet.
        delivered_at: when such a mail arrived, as its provider says, or when the request was read.
        files: none once it is withdrawn.
    """

    reference: str
    state: State
    received_at: datetime
    checked_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    added_at: datetime | None
    withdrawn_at: datetime | None
    files: list[FileStatus]


def get_status(submission: Submission) -> Status:
    """Costs three queries."""
    events = list(submission.events.all())
    files = list(submission.attachments.all())
    is_withdrawn = submission.status == State.WITHDRAWN
    read_at = _find_first(events, target=State.OPENED)
    sent_at, arrived_at = _get_mail_times(submission)
    return Status(
        reference=submission.reference,
        state=_get_state(submission, read_at),
        received_at=submission.received_at,
        checked_at=None if is_withdrawn else _get_checked_at(files),
        sent_at=sent_at,
        delivered_at=min(filter(None, [arrived_at, read_at]), default=None),
        read_at=read_at,
        added_at=_find_last_addition(events),
        withdrawn_at=submission.status_changed_at if is_withdrawn else None,
        files=[] if is_withdrawn else [_describe(file) for file in files],
    )


def _get_state(submission: Submission, read_at: datetime | None) -> State:
    """Whom we take for a machine is not told: it would learn from that, and may be a patient."""
    if submission.status == State.SPAM:
        return State.OPENED if read_at else State.RECEIVED
    return State(submission.status)


def _find_first(events: Iterable[SubmissionEvent], *, target: State) -> datetime | None:
    kind = SubmissionEvent.Kind.STATUS
    times = (one.happened_at for one in events if one.kind == kind and one.target == target)
    return next(times, None)


def _find_last_addition(events: Iterable[SubmissionEvent]) -> datetime | None:
    kind = SubmissionEvent.Kind.FILES_ADDED
    return max((one.happened_at for one in events if one.kind == kind), default=None)


def _get_checked_at(files: list[Attachment]) -> datetime | None:
    if not files or any(file.verdict not in SETTLED for file in files):
        return None
    return max((file.verdict_at for file in files if file.verdict_at), default=None)


def _get_mail_times(submission: Submission) -> tuple[datetime | None, datetime | None]:
    """When the first mail to staff was accepted, and when the first one arrived."""
    mails = submission.deliveries.filter(kind__in=OF_THE_REQUEST)
    states = list(mails.values_list("state", "state_changed_at"))
    accepted = [at for state, at in states if state == DeliveryState.ACCEPTED]
    arrived = [at for state, at in states if state in ARRIVED]
    return min(accepted + arrived, default=None), min(arrived, default=None)


def _describe(file: Attachment) -> FileStatus:
    return FileStatus(file.position, file.name, file.size, file.sha256, Verdict(file.verdict))
