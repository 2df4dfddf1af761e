"""Bring a mail to its server. The row is the truth, whoever wakes us.

A worker claims a delivery with one UPDATE that takes the place of the lease it saw, touches the
wire outside any transaction, and settles with one UPDATE under its own lease. When it is killed
in between, the row is due again as soon as its lease runs out: the mail is sent again with the
same Message-ID. Needs no row locks, so SQLite and PostgreSQL do the same.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from django.db.models import F, Min
from django.utils import timezone

from treatment_forms import conf
from treatment_forms.errors import DATABASE_TROUBLE, Stale
from treatment_forms.mail import transport
from treatment_forms.mail.message import build
from treatment_forms.models import Delivery, DeliveryAttempt
from treatment_forms.services.aftermath import follow
from treatment_forms.services.pack import pack
from treatment_forms.services.retry import get_lease, get_next_try
from treatment_forms.services.transition import move_delivery
from treatment_forms.states import CLAIMABLE, DeliveryState

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SETTLE_PAUSES = (0.5, 1, 2, 4, 8, 15)  # seconds: together they outlast a database that restarts
WIRE_SHARE = 0.75  # of the lease


def get_due(at: datetime, *, submission_id: int | None = None, limit: int = 100) -> list[int]:
    """Ids of the mails that are due, the longest waiting first. One query on a small index."""
    rows = Delivery.objects.filter(due_at__lte=at, state__in=CLAIMABLE)
    if submission_id is not None:
        rows = rows.filter(submission_id=submission_id)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


def get_oldest_due(at: datetime) -> timedelta:
    """How long the mail that is due has waited for a worker. Grows when no worker is alive.

    A mail that waits for its next try is not due: a mail server that is down does not count.
    """
    rows = Delivery.objects.filter(due_at__lte=at, state__in=CLAIMABLE)
    first: datetime | None = rows.aggregate(first=Min("due_at"))["first"]
    return at - first if first else timedelta()


def deliver(delivery_id: int, *, clock: Clock = timezone.now) -> DeliveryAttempt.Outcome | None:
    """Try once to bring this mail to its server; None when it was not due or another has it.

    Never raises for what this one mail is or meets: its row tells. Only a database that stays
    away is the caller's business.
    """
    started = time.monotonic()
    attempt = claim(delivery_id, at=clock())
    if attempt is None:
        return None
    answer = _send(attempt.delivery, started=started, at=clock())
    _settle_in_spite_of_the_database(attempt, answer, clock=clock)
    return answer.outcome


def claim(delivery_id: int, *, at: datetime) -> DeliveryAttempt | None:
    """Take a due delivery for one try, if nobody else does: its lease begins now.

    The returned try's delivery holds our lease.
    """
    delivery = Delivery.objects.select_related("submission").filter(pk=delivery_id).first()
    if delivery is None or _was_abandoned(delivery, at=at):
        return None
    seen, mine = delivery.lease_token, uuid.uuid4()
    tries = delivery.attempts_made + 1
    with transaction.atomic():
        won = Delivery.objects.filter(
            pk=delivery_id, lease_token=seen, due_at__lte=at, state__in=CLAIMABLE
        ).update(
            lease_token=mine,
            due_at=at + get_lease(tries),
            state=DeliveryState.SENDING,
            state_changed_at=at,
            attempts_made=F("attempts_made") + 1,
        )
        if not won:
            return None
        delivery.lease_token = mine
        return DeliveryAttempt.objects.create(delivery=delivery, number=tries, started_at=at)


def _was_abandoned(delivery: Delivery, *, at: datetime) -> bool:
    """Give up a mail over which worker after worker died, when its time is over.

    Also true when another was quicker: the mail is not ours to try.
    """
    is_due = delivery.due_at is not None and delivery.due_at <= at
    is_over = at >= delivery.created_at + conf.MAIL_TRIED_FOR
    if not (delivery.state == DeliveryState.SENDING and is_due and is_over):
        return False
    dead, token = DeliveryState.DEAD, delivery.lease_token
    try:
        with transaction.atomic():
            source = DeliveryState.SENDING
            move_delivery(delivery, source=source, target=dead, at=at, lease_token=token)
            follow(delivery, dead, at=at)
    except Stale:
        logger.info("Delivery %s: another worker has it", delivery.pk)
    return True


def _send(delivery: Delivery, *, started: float, at: datetime) -> transport.Answer:
    limit = WIRE_SHARE * float(conf.get("LEASE_SECONDS"))
    try:
        message = build(delivery, pack(delivery, at=at))
        return transport.send(message, seconds=limit - (time.monotonic() - started))
    except DATABASE_TROUBLE as error:
        return transport.read_error(error)
    except Exception as error:  # noqa: BLE001  (whatever is wrong with one mail, the next must go)
        # No message, no traceback text: they may hold what the visitor wrote.
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = type(error).__name__
        logger.error("Delivery %s: %s at %s:%s", delivery.pk, name, place.filename, place.lineno)
        return transport.read_error(error)


def _settle_in_spite_of_the_database(
    attempt: DeliveryAttempt, answer: transport.Answer, *, clock: Clock
) -> None:
    """A mail that left and is not settled would leave again, so this does not give up lightly."""
    for pause in SETTLE_PAUSES:
        try:
            return settle(attempt, answer, at=clock())
        except DATABASE_TROUBLE as error:
            name = type(error).__name__
            logger.warning("Delivery %s not settled yet: %s", attempt.delivery_id, name)
            time.sleep(pause)
            close_old_connections()
    return settle(attempt, answer, at=clock())


@transaction.atomic
def settle(attempt: DeliveryAttempt, answer: transport.Answer, *, at: datetime) -> None:
    """Write down what came of a try and what follows from it.

    When the lease was lost meanwhile, the try is told all the same; only an acceptance still
    counts, because a mail that left has left, whoever holds the row.
    """
    delivery, outcome = attempt.delivery, answer.outcome
    DeliveryAttempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome, finished_at=at, answer=answer.said
    )
    is_accepted = outcome == DeliveryAttempt.Outcome.ACCEPTED
    if answer.provider_id:
        Delivery.objects.filter(pk=delivery.pk).update(provider_id=answer.provider_id)
    target, due_at = _get_next(attempt, answer, at=at)
    try:
        move_delivery(
            delivery,
            source=DeliveryState.SENDING,
            target=target,
            at=at,
            due_at=due_at,
            lease_token=None if is_accepted else delivery.lease_token,
        )
    except Stale:
        # Another worker has it, or its provider's webhook was quicker than its answer.
        logger.warning("Delivery %s: has moved on before it was settled", delivery.pk)
        return
    follow(delivery, target, at=at, failures=attempt.number, is_ours=answer.is_ours)


def _get_next(
    attempt: DeliveryAttempt, answer: transport.Answer, *, at: datetime
) -> tuple[DeliveryState, datetime | None]:
    if answer.outcome == DeliveryAttempt.Outcome.ACCEPTED:
        return DeliveryState.ACCEPTED, None
    if answer.outcome == DeliveryAttempt.Outcome.PERMANENT and attempt.delivery.packing.get(
        "attached"
    ):
        return DeliveryState.PENDING, at  # with links only: it may be the files that were refused
    gives_up_at = attempt.delivery.created_at + conf.MAIL_TRIED_FOR
    if answer.outcome == DeliveryAttempt.Outcome.PERMANENT or at >= gives_up_at:
        return DeliveryState.DEAD, None
    next_try = get_next_try(attempt.number, at=at, asked=answer.retry_after)
    return DeliveryState.PENDING, min(next_try, gives_up_at)  # the last try is at the very end
