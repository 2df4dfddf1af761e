"""Put down that a request could not be taken, with nothing in it that a visitor wrote."""

import logging
import secrets
import traceback

from django.db import Error
from django.utils import timezone

from treatment_forms.models import Alarm
from treatment_forms.signals import alarm_raised

logger = logging.getLogger(__name__)


def report(error: BaseException, *, was_sent: bool = True) -> str:
    """Log and alarm; the code that stands in the log and is shown to the visitor.

    The text of an exception may quote a row, so only its type and its places are logged.

    Args:
        was_sent: something that somebody wanted us to keep. Otherwise there is no alarm: whoever
            finds an address that fails could have it hide that a request was not taken.
    """
    code = secrets.token_hex(4).upper()
    places = traceback.extract_tb(error.__traceback__)
    trace = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(places))
    logger.error("Request not taken, code %s: %s at %s", code, type(error).__name__, trace)
    if was_sent:
        try:
            raise_alarm()
        except Error:
            logger.error("Code %s: no alarm, the database is down", code)
    return code


def raise_alarm() -> None:
    """One at a time: until somebody clears it, further failures are in the log only."""
    kind = Alarm.Kind.SUBMISSION_FAILED
    if Alarm.objects.filter(kind=kind, submission=None, cleared_at=None).exists():
        return
    alarm = Alarm.objects.create(kind=kind, raised_at=timezone.now())
    alarm_raised.send_robust(sender=Alarm, alarm_id=alarm.pk, kind=alarm.kind)
