"""Tell people about what must not wait: in the desk, in the log, and to the host's own alarm."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction

from treatment_forms.models import Alarm, Delivery
from treatment_forms.signals import alarm_raised

logger = logging.getLogger(__name__)


def raise_once(
    kind: Alarm.Kind, *, submission_id: int, at: datetime, delivery: Delivery | None = None
) -> None:
    """Raise an alarm unless the same one was raised before, even if it was cleared since."""
    same = Alarm.objects.filter(kind=kind, submission_id=submission_id, delivery=delivery)
    if same.exists():
        return
    alarm = Alarm.objects.create(
        kind=kind, submission_id=submission_id, delivery=delivery, raised_at=at
    )
    transaction.on_commit(partial(_tell, alarm))


def clear(
    kind: Alarm.Kind, *, delivery: Delivery, at: datetime, actor_id: int | None = None
) -> None:
    """What the alarm said is no longer so, or somebody has done something about it."""
    Alarm.objects.filter(kind=kind, delivery=delivery, cleared_at=None).update(
        cleared_at=at, cleared_by_id=actor_id
    )


def clear_unread(submission_id: int, *, at: datetime, actor_id: int | None) -> None:
    """Somebody has opened the request, or nobody needs to any more."""
    Alarm.objects.filter(
        kind=Alarm.Kind.UNREAD, submission_id=submission_id, cleared_at=None
    ).update(cleared_at=at, cleared_by_id=actor_id)


def _tell(alarm: Alarm) -> None:
    logger.error("Alarm %s: %s", alarm.pk, alarm.kind)
    alarm_raised.send_robust(sender=Alarm, alarm_id=alarm.pk, kind=alarm.kind)
