"""Builds what is marked as stale. A task that is lost, late or doubled changes nothing: the marks
know what is due, and the publisher's loop looks at them too."""

import logging
import math
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from wagtail.models import Page

from cms.delivery import build, changes
from cms.delivery.models import Document, StaleMark
from cms.delivery.resolve import resolve
from home import renditions
from home.models import SiteImage, SiteRendition
from treatment_forms.errors import DATABASE_TROUBLE

logger = logging.getLogger(__name__)

AT_ONCE = 50
SWEEP_SECONDS = 5.0  # whoever publishes by the clock is waiting
Scope = StaleMark.Scope


@task
def rebuild_stale() -> None:
    rebuild()
    changes.number()


def rebuild(*, seconds: float = math.inf) -> int:
    """Build all that is marked, first what one person has changed; how many documents that was.

    Args:
        seconds: after which the rest is left for the next time.
    """
    ends_at, done, later = time.monotonic() + seconds, 0, set[int]()
    while time.monotonic() < ends_at:
        expand()
        pages = get_next(later)
        if not pages:
            break
        for page_id in pages:
            try:
                rebuild_one(page_id)
            except DATABASE_TROUBLE as error:  # busy, full, restarted: its marks stay
                logger.warning("document %s waits: %s", page_id, type(error).__name__)
                later.add(page_id)
        done += len(pages)
    return done


def expand() -> None:
    """Marks of more than one page become marks of pages."""
    for (scope, key), pks in get_wider().items():
        with transaction.atomic():
            pages = resolve(scope, key)
            is_bulk = len(pages) > AT_ONCE
            StaleMark.objects.bulk_create(
                [StaleMark(scope=Scope.PAGE, key=str(pk), is_bulk=is_bulk) for pk in pages],
                batch_size=2000,
            )
            StaleMark.objects.filter(pk__in=pks).delete()


def get_wider() -> dict[tuple[str, str], list[int]]:
    """The marks that mean the same, by what they mean."""
    found: dict[tuple[str, str], list[int]] = {}
    marks = StaleMark.objects.exclude(scope=Scope.PAGE).order_by("pk")
    for scope, key, pk in marks.values_list("scope", "key", "pk"):
        found.setdefault((scope, key), []).append(pk)
    return found


def get_next(later: Collection[int]) -> list[int]:
    marks = StaleMark.objects.filter(scope=Scope.PAGE).order_by("is_bulk", "pk")
    marks = marks.exclude(key__in=map(str, later))
    return [int(key) for key in dict.fromkeys(marks.values_list("key", flat=True)[:AT_ONCE])]


def rebuild_one(page_id: int) -> None:
    """Its marks are read first: what is marked while we build stays.

    Raises:
        OperationalError, InterfaceError: nothing is changed; the page is no worse than it was.
    """
    marks = StaleMark.objects.filter(scope=Scope.PAGE, key=str(page_id))
    seen = list(marks.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            result = build.refresh(page_id)
            if result.seen_elsewhere:
                StaleMark.objects.create(scope=Scope.OBJECT, key=f"wagtailcore.Page:{page_id}")
            if result.shows_more:
                StaleMark.objects.create(scope=Scope.PAGE, key=str(page_id), is_bulk=True)
            StaleMark.objects.filter(pk__in=seen).delete()
            draw_after_commit(result.undrawn)
    except DATABASE_TROUBLE:
        raise
    except Exception:  # whatever a block raises; logged with its trace
        logger.exception("document %s cannot be built", page_id)
        build.take_away(page_id)
        StaleMark.objects.filter(pk__in=seen).delete()  # `mark_old` has it tried again tomorrow


@task
def draw(image_id: int, specs: list[str]) -> None:
    """Draw a picture in the sizes that documents want to show, and tell them."""
    before = count_renditions(image_id)
    renditions.draw(image_id, specs)
    if count_renditions(image_id) > before:
        StaleMark.objects.create(scope=Scope.OBJECT, key=f"{SiteImage._meta.label}:{image_id}")
        rebuild()
        changes.number()


def count_renditions(image_id: int) -> int:
    return int(SiteRendition.objects.filter(image_id=image_id).count())


def draw_after_commit(undrawn: Mapping[int, tuple[str, ...]]) -> None:
    for image_id, specs in undrawn.items():
        transaction.on_commit(partial(enqueue_drawing, image_id, list(specs)))


def enqueue_drawing(image_id: int, specs: list[str]) -> None:
    """Where nobody draws now, the daily look at all documents asks again."""
    try:
        draw.enqueue(image_id, specs)
    except Exception as error:  # noqa: BLE001  (any backend, any error)
        logger.warning("Queue is not there: %s", type(error).__name__)


def wake() -> None:
    """Have a worker look at the marks. Never fails its caller: the publisher's loop does it too."""
    try:
        rebuild_stale.enqueue()
    except Exception as error:  # noqa: BLE001  (any backend, any error)
        logger.warning("Queue is not there: %s", type(error).__name__)


def number_quietly() -> None:
    """Whoever reads the changes gives the numbers, if we cannot."""
    try:
        changes.number()
    except Exception as error:  # noqa: BLE001  (the change itself is committed)
        logger.warning("Changes are not numbered yet: %s", type(error).__name__)


def wake_after_commit() -> None:
    _once_after_commit(wake)


def number_after_commit() -> None:
    _once_after_commit(number_quietly)


def _once_after_commit(act: Callable[[], None]) -> None:
    """However often it is asked for in one transaction."""
    if not connection.in_atomic_block:
        act()
    elif not any(known[1] is act for known in connection.run_on_commit):
        transaction.on_commit(act)


def sweep(now: datetime, **kwargs: Any) -> None:
    mark_old(now)
    rebuild(seconds=SWEEP_SECONDS)
    changes.number()
    changes.forget(now)


def get_undocumented() -> set[int]:
    """Live pages that never had a document: private ones, and any that could not be built."""
    pages = Page.objects.filter(live=True, depth__gt=1).order_by()
    return set(pages.exclude(pk__in=Document.objects.values("pk")).values_list("pk", flat=True))


def mark_old(now: datetime) -> None:
    """What was true until yesterday, and, once a day, everything: so that nothing that changed
    behind our back stays for longer."""
    today = timezone.localdate(now)
    morning = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    ended = Document.objects.filter(is_public=True, until__lt=today)
    old = Document.objects.filter(Q(is_public=True) | Q(reason=""), built_at__lt=morning)
    for documents, is_bulk in ((ended, False), (old, True)):
        if is_bulk and StaleMark.objects.filter(is_bulk=True).exists():
            return
        pks = set(documents.filter(built_at__lt=morning).values_list("pk", flat=True))
        if is_bulk and pks:
            pks |= get_undocumented()
        StaleMark.objects.bulk_create(
            [StaleMark(scope=Scope.PAGE, key=str(pk), is_bulk=is_bulk) for pk in pks],
            batch_size=2000,
        )
