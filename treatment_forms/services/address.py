"""Who is told about a request, and the rows of the mails that tell them."""

from collections.abc import Iterable
from datetime import datetime

from treatment_forms import conf
from treatment_forms.models import Delivery, Submission, TreatmentFormPage
from treatment_forms.models.attachments import StoredFile
from treatment_forms.scanners import get_scanner
from treatment_forms.states import DeliveryState, Verdict

FOR_PATIENTS = frozenset({Delivery.Kind.CONFIRMATION})


def address(
    submission: Submission,
    kind: Delivery.Kind,
    recipients: Iterable[str],
    *,
    at: datetime,
    waits: bool = False,
) -> None:
    """One mail for each recipient, in the caller's transaction; `waits` as in `draft`."""
    Delivery.objects.bulk_create(draft(submission, kind, recipients, at=at, waits=waits))


def draft(
    submission: Submission,
    kind: Delivery.Kind,
    recipients: Iterable[str],
    *,
    at: datetime,
    waits: bool = False,
) -> list[Delivery]:
    """The rows of these mails, not stored yet.

    Args:
        waits: a little, for verdicts that can still come.
    """
    return [
        Delivery(
            submission=submission,
            kind=kind,
            recipient=recipient,
            state=DeliveryState.WAITING if waits else DeliveryState.PENDING,
            state_changed_at=at,
            created_at=at,
            due_at=at + conf.MAIL_GRACE if waits else at,
        )
        for recipient in recipients
    ]


def has_to_wait(files: Iterable[StoredFile]) -> bool:
    """Whether verdicts are missing that somebody could give."""
    return bool(get_scanner()) and any(file.verdict == Verdict.NOT_YET for file in files)


def get_recipients(page: TreatmentFormPage) -> list[str]:
    """Who gets what this form takes; empty when somebody has emptied the list by another door."""
    return page.recipient_list or list(filter(None, [page.fallback_recipient]))


def get_told(submission: Submission) -> list[str]:
    """Staff to whom mails about this request were addressed, whether or not they arrived."""
    mails = submission.deliveries.exclude(kind__in=FOR_PATIENTS).order_by("pk")
    return list(dict.fromkeys(mails.values_list("recipient", flat=True)))
