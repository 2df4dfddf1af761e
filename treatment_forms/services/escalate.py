"""A request that nobody has opened for long goes to somebody else, once, with an alarm."""

from datetime import datetime, timedelta

from django.db import transaction

from treatment_forms import conf
from treatment_forms.models import (
    Alarm,
    Delivery,
    Submission,
    SubmissionEvent,
    TreatmentFormPage,
)
from treatment_forms.services import alarms


def get_due(at: datetime, *, limit: int = 100) -> list[int]:
    """Ids of the requests to pass on, the longest waiting first. One query on a small index."""
    patience = timedelta(hours=conf.get("ESCALATE_AFTER_HOURS"))
    rows = Submission.objects.unread_since(at - patience)
    return list(rows.order_by("status_changed_at", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def escalate(submission_id: int, *, at: datetime) -> bool:
    """Pass on one request; False when it was opened meanwhile, or another was quicker."""
    rows = Submission.objects.unread_since(at).filter(pk=submission_id)
    if not rows.update(escalated_at=at):
        return False
    submission = Submission.objects.get(pk=submission_id)
    Delivery.objects.bulk_create(
        Delivery(
            submission=submission,
            kind=Delivery.Kind.ESCALATION,
            recipient=recipient,
            state_changed_at=at,
            created_at=at,
            due_at=at,
        )
        for recipient in get_recipients(submission)
    )
    alarms.raise_once(Alarm.Kind.UNREAD, submission_id=submission_id, at=at)
    SubmissionEvent.objects.create(
        submission=submission, kind=SubmissionEvent.Kind.ESCALATED, happened_at=at
    )
    return True


def get_recipients(submission: Submission) -> list[str]:
    """The form's fallback recipient, or else those who were told before."""
    page = TreatmentFormPage.objects.filter(pk=submission.form_page_id).first()
    if page and page.fallback_recipient:
        return [page.fallback_recipient]
    told = submission.deliveries.filter(kind=Delivery.Kind.COORDINATOR)
    before = list(dict.fromkeys(told.values_list("recipient", flat=True)))
    return (page.recipient_list if page else []) or before
