"""Say that a request is about the same case as an earlier one."""

from datetime import datetime

from django.db import transaction

from treatment_forms.errors import Stale
from treatment_forms.models import Submission, SubmissionEvent
from treatment_forms.models.earlier import OPEN, get_earlier


@transaction.atomic
def join(submission_id: int, earlier_id: int, *, at: datetime) -> None:
    """Make a request an addition to an earlier one from the same address; both stay as they are.

    That whoever asks reads the mailbox is the caller's to know. Does nothing when it is done.

    Raises:
        Stale: the earlier one is not on offer, or not any more; nothing was written.
    """
    submission = Submission.objects.get(pk=submission_id)
    if submission.continues_id == earlier_id:
        return
    earlier = next((one for one in get_earlier(submission, at=at) if one.pk == earlier_id), None)
    rows = Submission.objects.filter(pk=submission_id, continues=None, status__in=OPEN)
    if earlier is None or rows.update(continues=earlier) == 0:
        raise Stale(f"request {submission_id} cannot be joined to {earlier_id}")
    _put_down(submission, at=at, joined_to=earlier.reference)
    _put_down(earlier, at=at, joined_by=submission.reference)


def _put_down(submission: Submission, *, at: datetime, **other: str) -> None:
    kind = SubmissionEvent.Kind.JOINED
    SubmissionEvent.objects.create(submission=submission, kind=kind, happened_at=at, detail=other)
