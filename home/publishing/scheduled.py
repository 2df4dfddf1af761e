"""What is due by the clock: pages to publish, pages to take down, each on its own.

Wagtail's command goes through one list; the first page refused stops it, and everything behind
that page stays as it was.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import swapper
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from wagtail.models import DraftStateMixin, Revision

logger = logging.getLogger(__name__)

Key = tuple[str, str, int]
"""What was due (publish, expire), of which model, and its primary key."""


@dataclass
class Outcome:
    """What one run did. `refused` waits for an editor, `failed` for a developer."""

    done: list[Key] = field(default_factory=list)
    refused: list[Key] = field(default_factory=list)
    failed: list[Key] = field(default_factory=list)


def run(now: datetime, *, known: frozenset[Key] = frozenset()) -> Outcome:
    """Do all that is due at `now` (aware), and go on past whatever is refused or fails.

    Args:
        known: refused or failed in the run before; tried again, but not logged again.
    """
    outcome = Outcome()
    for key, act in get_due(now):
        attempt(key, act, outcome, is_known=key in known)
    return outcome


def attempt(key: Key, act: Callable[[], bool], outcome: Outcome, *, is_known: bool) -> None:
    what = " ".join(map(str, key))
    try:
        with transaction.atomic():
            if act():
                outcome.done.append(key)
    except (ValidationError, PermissionDenied) as refusal:
        outcome.refused.append(key)
        codes = get_codes(refusal)
        logger.log(logging.DEBUG if is_known else logging.ERROR, "%s: refused (%s)", what, codes)
    except Exception:  # one broken page must not stop the others; logged with its trace
        outcome.failed.append(key)
        if not is_known:
            logger.exception("%s: failed", what)


def get_codes(refusal: Exception) -> str:
    """Codes, not messages: a message may hold what somebody wrote."""
    if not isinstance(refusal, ValidationError):
        return type(refusal).__name__
    lists = refusal.error_dict.values() if hasattr(refusal, "error_dict") else [refusal.error_list]
    return ", ".join(sorted({str(error.code) for errors in lists for error in errors}))


def get_due(now: datetime) -> Iterator[tuple[Key, Callable[[], bool]]]:
    """First what expires, then what goes live, oldest first, as in Wagtail's command."""
    for model in get_models():
        expired = model._default_manager.filter(live=True, expire_at__lt=now)
        for pk in list(expired.order_by("expire_at", "pk").values_list("pk", flat=True)):
            yield ("expire", model._meta.label, pk), partial(expire, model, pk, now)
    due = Revision.objects.filter(approved_go_live_at__lt=now)
    for pk in list(due.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)):
        yield ("publish", Revision._meta.label, pk), partial(publish, pk, now)


def get_models() -> list[Any]:
    page = swapper.load_model("wagtailcore", "Page")
    others = (m for m in apps.get_models() if issubclass(m, DraftStateMixin))
    return [page, *(model for model in others if not issubclass(model, page))]


def expire(model: Any, pk: int, now: datetime) -> bool:
    """Take it down, unless another runner did."""
    due = model._default_manager.select_for_update(of=("self",))
    found = due.filter(pk=pk, live=True, expire_at__lt=now).first()
    if found is None:
        return False
    found.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def publish(pk: int, now: datetime) -> bool:
    """Put it live, unless another runner did."""
    due = Revision.objects.select_for_update(of=("self",))
    revision = due.filter(pk=pk, approved_go_live_at__lt=now).first()
    if revision is None:
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True
