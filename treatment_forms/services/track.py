"""What a mail provider tells of a mail moves it forward: in any order, however often, once.

Its state says the worst that is known: a mail that arrived may still come back, and one that came
back stays so, because nobody can tell whether an older word was only slow. A doubt costs a look.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anymail.signals import EventType
from django.db import transaction

from treatment_forms import conf
from treatment_forms.errors import Stale
from treatment_forms.mail.message import get_unique_part
from treatment_forms.models import Delivery, ProviderNotice
from treatment_forms.services.aftermath import follow
from treatment_forms.services.transition import move_delivery
from treatment_forms.states import NEXT_DELIVERY, DeliveryState

logger = logging.getLogger(__name__)

TARGETS: Mapping[str, DeliveryState] = {
    EventType.DELIVERED: DeliveryState.DELIVERED,
    EventType.BOUNCED: DeliveryState.BOUNCED,
    EventType.REJECTED: DeliveryState.BOUNCED,
    EventType.FAILED: DeliveryState.BOUNCED,
    EventType.COMPLAINED: DeliveryState.COMPLAINED,
}
"""Everything else is kept and moves nothing: a robot that looks for malware opens mails, too."""

TELLS_NOTHING = frozenset({EventType.SENT, EventType.QUEUED})  # we have the answer to our call
RACES = 10  # how often a row may move away under us before something is wrong


@dataclass(frozen=True)
class Notice:
    """One event, as the provider's signature or secret vouches for it.

    Attributes:
        unique: the part of our Message-ID that we gave along, where the provider keeps it.
        provider_id: the provider's own name for the mail.
        event: Anymail's normalised name.
        event_id: the same whenever the provider repeats itself; not all have one.
    """

    provider: str
    event: str
    unique: str = ""
    provider_id: str = ""
    event_id: str = ""
    happened_at: datetime | None = None


def track(notice: Notice, *, at: datetime) -> Delivery | None:
    """Take one notice; the mail that it has moved, or None when it moved nothing.

    A notice about somebody else's mail, too old or known already is taken and forgotten: the
    provider must not send it again.
    """
    is_old = notice.happened_at is not None and at - notice.happened_at > conf.WEBHOOK_FOR
    delivery = None if is_old or notice.event in TELLS_NOTHING else find(notice)
    if delivery is None:
        logger.info("%s tells %s of no mail that waits for it", notice.provider, notice.event)
        return None
    with transaction.atomic():
        if not keep(notice, delivery, at=at):
            return None
        target = TARGETS.get(notice.event)
        return delivery if target and advance(delivery, target, at=at) else None


def find(notice: Notice) -> Delivery | None:
    """By the name that the provider answered our call with, or by what we gave along: it may be
    quicker with its webhook than with its answer."""
    if notice.provider_id:
        name = get_unique_part(notice.provider_id)
        rows = Delivery.objects.filter(provider_id__in=[notice.provider_id, name, f"<{name}>"])
        if delivery := rows.first():
            return delivery
    if notice.unique:  # the domain behind it may have changed since
        return Delivery.objects.filter(message_id__startswith=f"<{notice.unique}@").first()
    return None


def keep(notice: Notice, delivery: Delivery, *, at: datetime) -> bool:
    """Whether it is news."""
    when = notice.happened_at.isoformat() if notice.happened_at else ""
    words = (notice.provider, notice.event, notice.event_id, when, str(delivery.pk))
    _row, is_new = ProviderNotice.objects.get_or_create(
        key=hashlib.sha256("\n".join(words).encode()).hexdigest(),
        defaults={
            "delivery": delivery,
            "event": notice.event[:20],
            "happened_at": notice.happened_at,
            "received_at": at,
        },
    )
    return is_new


def advance(delivery: Delivery, target: DeliveryState, *, at: datetime) -> bool:
    """Move it from wherever it is, if the table has such a step.

    A worker may hold it meanwhile: whoever comes second finds the row moved on.
    """
    for _race in range(RACES):
        delivery.refresh_from_db(fields=["state"])
        source = DeliveryState(delivery.state)
        if target not in NEXT_DELIVERY[source]:
            return False
        try:
            move_delivery(delivery, source=source, target=target, at=at)
        except Stale:
            continue
        delivery.state = target
        follow(delivery, target, at=at)
        return True
    raise Stale(f"delivery {delivery.pk} does not stand still")
