"""Replaces Wagtail's command of the same name: one refused page does not stop the others."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from home.publishing.scheduled import Key, Outcome, get_due, run
from home.signals import clock_ticked


class Command(BaseCommand):
    help = (
        "Publishes and unpublishes what is due. A page that is refused waits for its editor, in"
        " Reports, Pages that would be refused; the exit code is 1 only where something failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dryrun", "--dry-run", action="store_true", help="Only list it.")
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="Go on for ever, looking this often."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            self.list_due()
        elif options["loop"]:
            self.loop(options["loop"])
        else:
            self.run_once()

    def list_due(self) -> None:
        for (what, model, pk), _act in get_due(timezone.now()):
            self.stdout.write(f"{what} {model} {pk}")

    def run_once(self) -> None:
        outcome = run(timezone.now())
        self.stdout.write(self.in_words(outcome))
        if outcome.failed:
            raise CommandError(f"{len(outcome.failed)} failed; see the log")

    def in_words(self, outcome: Outcome) -> str:
        return (
            f"{len(outcome.done)} done, {len(outcome.refused)} refused,"
            f" {len(outcome.failed)} failed"
        )

    def loop(self, seconds: float) -> None:
        """Until somebody stops it. A database that is away for a while is waited for."""
        known: frozenset[Key] = frozenset()
        while True:
            close_old_connections()
            try:
                outcome = run(timezone.now(), known=known)
            except (OperationalError, InterfaceError) as error:
                self.stderr.write(f"database: {type(error).__name__}, trying again")
            else:
                known = frozenset(outcome.refused + outcome.failed)
                if outcome.done:
                    self.stdout.write(self.in_words(outcome))
            self.tell_the_time()
            time.sleep(seconds)

    def tell_the_time(self) -> None:
        """Whoever else works by the clock does it now; no trouble of theirs is ours."""
        for _receiver, trouble in clock_ticked.send_robust(sender=type(self), now=timezone.now()):
            if isinstance(trouble, Exception):
                self.stderr.write(f"after publishing: {type(trouble).__name__}")
