"""The guarantee: does what is due, whether or not a queue has woken anybody."""

import logging
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from treatment_forms.errors import DATABASE_TROUBLE
from treatment_forms.services import deliver, escalate, finish, rescan
from treatment_forms.services.expire import expire

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0
TURN_SECONDS = 60.0  # mails and files take turns: neither starves while the other hangs
EXPIRE_EVERY_SECONDS = 60.0
HANDFUL = 10
ESCALATE_EVERY_SECONDS = 60.0


class Command(BaseCommand):
    help = "Send, scan, pass on and throw away what is due: once, or with --loop for ever."

    stopping = False
    is_idle = False
    expired_at = -EXPIRE_EVERY_SECONDS
    escalated_at = -ESCALATE_EVERY_SECONDS

    def add_arguments(self, parser: CommandParser) -> None:
        loop = parser.add_mutually_exclusive_group()
        loop.add_argument("--loop", action="store_true", help="Look every 2 seconds until stopped.")
        loop.add_argument("--once", action="store_true", help="Look once and end (the default).")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        if not loop:
            self.sweep()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        logger.info("Sweeping every %s seconds", POLL_SECONDS)
        while not self.stopping:
            self.sweep_in_spite_of_the_database()
            self.rest()
        logger.info("Stopped")

    def stop(self, number: int, frame: FrameType | None) -> None:
        """End after the mail or file in hand. What is killed instead is taken over by another."""
        self.stopping = True
        if self.is_idle:
            raise SystemExit(0)

    def rest(self) -> None:
        self.is_idle = True
        if not self.stopping:
            time.sleep(POLL_SECONDS)
        self.is_idle = False

    def sweep_in_spite_of_the_database(self) -> None:
        close_old_connections()
        try:
            self.sweep()
        except DATABASE_TROUBLE as error:
            logger.warning("Database: %s", type(error).__name__)
            close_old_connections()

    def sweep(self) -> None:
        self.escalate(at=timezone.now())
        sent = self.work(take_handfuls(deliver.get_due), self.deliver)
        scanned = self.work(take_handfuls(rescan.get_due), rescan.rescan)
        sent += self.work(take_handfuls(deliver.get_due), self.deliver) if scanned else 0
        expired = self.expire(at=timezone.now())
        if sent or scanned or expired:
            logger.info("Tried %s mails and %s files, %s expired", sent, scanned, expired)

    def work(self, ids: Iterable[int], step: Callable[[int], bool]) -> int:
        """Take the steps one by one, until one says that more would be in vain."""
        done, began = 0, time.monotonic()
        for one in ids:
            if self.stopping or time.monotonic() - began > TURN_SECONDS:
                break
            done += 1
            if not self.do(step, one):
                break
        return done

    def do(self, step: Callable[[int], bool], one: int) -> bool:
        try:
            return step(one)
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001  (one bad row must not stop the others)
            logger.error("%s %s: %s", step.__name__, one, type(error).__name__)
            return True

    def deliver(self, delivery_id: int) -> bool:
        deliver.deliver(delivery_id)
        return True

    def escalate(self, *, at: datetime) -> None:
        now = time.monotonic()
        if now - self.escalated_at >= ESCALATE_EVERY_SECONDS:
            self.escalated_at = now
            passed_on = self.work(escalate.get_due(at), self.pass_on)
            if passed_on:
                logger.info("Nobody had opened %s requests", passed_on)

    def pass_on(self, submission_id: int) -> bool:
        escalate.escalate(submission_id, at=timezone.now())
        return True

    def expire(self, *, at: datetime) -> int:
        now = time.monotonic()
        if now - self.expired_at < EXPIRE_EVERY_SECONDS:
            return 0
        self.expired_at = now
        self.work(finish.get_left_behind(at), finish.take_over)  # before they expire
        return expire(at=at)


def take_handfuls(get_due: Callable[[datetime], list[int]]) -> Iterator[int]:
    """Each id that is due, once, until none is left: a few of those that wait longest at a time,
    in no order. So workers that see the same rows seldom want the same one."""
    seen: set[int] = set()
    while ids := [one for one in get_due(timezone.now()) if one not in seen]:
        for one in random.sample(ids, min(HANDFUL, len(ids))):
            seen.add(one)
            yield one
