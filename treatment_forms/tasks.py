"""What the queue may wake. Thin: the rows know what is due, and a task that is lost, late or
doubled changes nothing, because `sweep --loop` looks at the same rows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django_tasks import task

from treatment_forms import conf
from treatment_forms.services import deliver, rescan

logger = logging.getLogger(__name__)


@task
def do_due(submission_id: int) -> None:
    """Send the mails of one request that are due, ask for its missing verdicts, and send what
    these have let go. One task for all, because each is a row that somebody must write."""
    with _discreet(submission_id):
        _deliver(submission_id)
        due = rescan.get_due(timezone.now(), submission_id=submission_id)
        for attachment_id in due:
            if not rescan.rescan(attachment_id):
                break  # the scanner is not well: the others would only wait, too
        if due:
            _deliver(submission_id)


@contextmanager
def _discreet(submission_id: int) -> Iterator[None]:
    """Let no error reach the queue: it keeps the text, which may quote a row of a patient's."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  (whatever it is, sweep comes by and does it)
        logger.error("Task of request %s: %s", submission_id, type(error).__name__)


def _deliver(submission_id: int) -> None:
    for delivery_id in deliver.get_due(timezone.now(), submission_id=submission_id):
        deliver.deliver(delivery_id)


def wake(submission_id: int) -> None:
    """Have a worker look at one request at once, where the host wants that. Called after the
    commit; never fails its caller."""
    if not conf.get("WAKE_QUEUE"):
        return
    try:
        do_due.enqueue(submission_id)
    except Exception as error:  # noqa: BLE001  (any backend, any error: sweep does it all the same)
        logger.warning("Queue is not there: %s", type(error).__name__)
