"""What follows from a mail's new state: who is told, and who gets it instead.

A mail to the patient that fails is told in the request's history and to nobody else: half of
them are slips in typing an address, and alarms that mean nothing hide those that do.
"""

import uuid
from datetime import datetime

from django.db import transaction

from treatment_forms import conf
from treatment_forms.errors import Stale
from treatment_forms.models import Alarm, Delivery, Submission, TreatmentFormPage
from treatment_forms.services import alarms
from treatment_forms.states import FAILED, DeliveryState, State

FAILURES = {
    DeliveryState.DEAD: Alarm.Kind.DELIVERY_DEAD,
    DeliveryState.BOUNCED: Alarm.Kind.DELIVERY_BOUNCED,
    DeliveryState.COMPLAINED: Alarm.Kind.DELIVERY_BOUNCED,
}


def follow(
    delivery: Delivery,
    state: DeliveryState,
    *,
    at: datetime,
    failures: int = 0,
    is_ours: bool = False,
) -> None:
    """Do what the state that this mail has just reached asks for, in the caller's transaction.

    Args:
        failures: tries so far, for a mail that is to be tried again.
        is_ours: it failed because of how the site is set up. More tries mend nothing.
    """
    if delivery.kind == Delivery.Kind.CONFIRMATION:
        return
    if state in FAILED:
        _answer_failure(delivery, FAILURES[state], at=at)
    if state == DeliveryState.PENDING:
        if is_ours or failures >= conf.MAIL_LATE_AFTER_FAILURES:
            _raise(Alarm.Kind.DELIVERY_LATE, delivery, at=at)
    else:
        alarms.clear(Alarm.Kind.DELIVERY_LATE, delivery=delivery, at=at)
    if state == DeliveryState.DELIVERED:
        alarms.clear(Alarm.Kind.DELIVERY_DEAD, delivery=delivery, at=at)


def _answer_failure(delivery: Delivery, kind: Alarm.Kind, *, at: datetime) -> None:
    # One at a time, or two mails that fail at once find no fallback mail and make two. NO KEY:
    # a line in the history, which either may have written by now, holds the row shared.
    rows = Submission.objects.select_for_update(no_key=True)
    submission = rows.only("status", "form_page_id").get(pk=delivery.submission_id)
    _raise(kind, delivery, at=at)
    is_over = submission.status in {State.SPAM, State.WITHDRAWN}
    if not is_over or delivery.kind == Delivery.Kind.WITHDRAWAL:
        _send_to_fallback(delivery, get_fallback(submission), at=at)


def _raise(kind: Alarm.Kind, delivery: Delivery, *, at: datetime) -> None:
    alarms.raise_once(kind, submission_id=delivery.submission_id, delivery=delivery, at=at)


def get_fallback(submission: Submission) -> str:
    """Whom the form names for what does not arrive; empty where it names nobody, or is gone."""
    pages = TreatmentFormPage.objects.filter(pk=submission.form_page_id)
    return pages.values_list("fallback_recipient", flat=True).first() or ""


def _send_to_fallback(failed: Delivery, fallback: str, *, at: datetime) -> None:
    """The fallback recipient gets, once, what the others did not."""
    same = Delivery.objects.filter(submission_id=failed.submission_id, kind=failed.kind)
    if failed.kind == Delivery.Kind.ADDITION:  # there may be several, each with its own news
        same = same.filter(created_at__gte=failed.created_at)
    if fallback and not same.filter(recipient=fallback).exists():
        renew(failed, recipient=fallback, at=at)


def renew(old: Delivery, *, recipient: str, at: datetime) -> Delivery:
    """A new mail with a new Message-ID: should the old one have arrived after all, a mailbox that
    drops duplicates must not drop this one."""
    return Delivery.objects.create(
        submission_id=old.submission_id,
        kind=old.kind,
        recipient=recipient,
        state_changed_at=at,
        created_at=at,
        due_at=at,
    )


@transaction.atomic
def send_again(delivery_id: int, *, at: datetime, actor_id: int | None) -> None:
    """Make a new delivery in place of one that failed; its alarms are answered by that.

    Raises:
        Stale: it has not failed, or was sent again before; nothing was written.
    """
    old = Delivery.objects.get(pk=delivery_id)
    same = Delivery.objects.filter(
        submission_id=old.submission_id, kind=old.kind, recipient=old.recipient
    )
    won = same.filter(pk=delivery_id, state__in=FAILED, lease_token=old.lease_token).update(
        lease_token=uuid.uuid4()
    )
    if not won or same.filter(pk__gt=delivery_id).exists():
        raise Stale(f"delivery {delivery_id} is not the one to send again")
    renew(old, recipient=old.recipient, at=at)
    for kind in set(FAILURES.values()):
        alarms.clear(kind, delivery=old, at=at, actor_id=actor_id)
