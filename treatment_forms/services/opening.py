"""Somebody of the staff has looked at a request: the step that ends all reminders."""

import logging
from datetime import datetime
from typing import Any

from treatment_forms.errors import Stale
from treatment_forms.models import Submission
from treatment_forms.services.transition import move_submission
from treatment_forms.states import State

logger = logging.getLogger(__name__)


def open_once(
    submission: Submission, *, at: datetime, actor_id: int | None = None, **detail: Any
) -> None:
    """Mark a received request as opened; does nothing to any other.

    Args:
        actor_id: None for whoever came by a link in a mail, told in `detail`.
    """
    if submission.status != State.RECEIVED:
        return
    source, target = State.RECEIVED, State.OPENED
    try:
        move_submission(
            submission.pk, source=source, target=target, at=at, actor_id=actor_id, **detail
        )
    except Stale:
        logger.info("Request %s: opened by two at once", submission.reference)
    submission.refresh_from_db(fields=["status", "status_changed_at"])
