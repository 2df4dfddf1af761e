"""Other requests of whoever sent this one, as far as an e-mail address can tell."""

from datetime import datetime

from django.db.models import QuerySet

from treatment_forms import conf
from treatment_forms.models.submissions import Submission
from treatment_forms.states import State

OPEN = (State.RECEIVED, State.OPENED)
MAX_OFFERED = 5


def get_earlier(submission: Submission, *, at: datetime) -> QuerySet[Submission]:
    """What this request could be an addition to, the latest first.

    To be told only to who reads that mailbox: anybody can type an address, and that somebody has
    written to us says that they are ill. Empty once the request is joined, withdrawn or spam.
    """
    if not submission.email_key or submission.continues_id or submission.status not in OPEN:
        return Submission.objects.none()
    return Submission.objects.filter(
        form_key=submission.form_key,
        email_key=submission.email_key,
        is_test=submission.is_test,
        continues=None,
        status__in=OPEN,
        received_at__lt=submission.received_at,
        received_at__gte=at - conf.JOINED_WITHIN,
    ).exclude(pk=submission.pk)[:MAX_OFFERED]
