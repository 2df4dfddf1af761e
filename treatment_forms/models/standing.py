"""The last lock: consents that nobody approved are shown by no door, whoever put them live."""

import logging
import time
from typing import Any

from django.core.cache import cache

from treatment_forms import conf
from treatment_forms.forms import get_wording
from treatment_forms.models import going_live

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1000
SECONDS_BETWEEN_ALARMS = 600

# Language and words of consents that somebody approved, and when we saw it. Approvals stay.
approved: dict[tuple[str, tuple[str, ...], bool], float] = {}


def may_be_shown(page: Any, rows: Any = None) -> bool:
    """Whether somebody stands behind every consent of this live form, in its language.

    Args:
        rows: its fields, where they are known; else it costs a query. The approvals cost one a
            minute.
    """
    rows = page.fields.filter(field_type="consent") if rows is None else rows
    words = tuple(get_wording(row) for row in rows if going_live.is_consent(row))
    key = (going_live.get_language(page), words, bool(conf.get("ACCEPT_DEMO_APPROVALS")))
    if not words or time.monotonic() - approved.get(key, float("-inf")) < REMEMBERED_SECONDS:
        return True
    if going_live.find_unapproved_of(words, key[0]):
        alarm(page.pk)
        return False
    if len(approved) >= MOST_REMEMBERED:
        approved.clear()
    approved[key] = time.monotonic()
    return True


def alarm(page_pk: int) -> None:
    """Its number only, and not at every request."""
    if cache.add(f"form-not-shown-{page_pk}", 1, SECONDS_BETWEEN_ALARMS):
        logger.error("form %s is live with consents nobody approved, and is not shown", page_pk)
