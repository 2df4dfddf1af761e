"""What a virus scanner must do for us, whoever makes it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from treatment_forms.errors import ScannerTrouble
from treatment_forms.states import Verdict


class Allowance:
    """How long we may still wait for a scanner: only waiting counts, not a visitor's slow line."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spend(self) -> Iterator[float]:
        """Run the block for at most the yielded number of seconds.

        Raises:
            ScannerTrouble: the time is used up.
        """
        if self.left <= 0:
            raise ScannerTrouble("time is up")
        started = time.monotonic()
        try:
            yield self.left
        finally:
            self.left -= time.monotonic() - started


class Scan(Protocol):
    """One file on its way through the scanner. Every method may raise ScannerTrouble."""

    def feed(self, chunk: bytes) -> None: ...

    def end(self) -> None:
        """Say that this was all, and do not wait for the verdict yet."""

    def finish(self) -> Verdict:
        """CLEAN, INFECTED or UNSCANNABLE, never anything else; does what `end` does, if need be."""

    def abandon(self) -> None:
        """Forget the file. Raises nothing, and does nothing after `finish`."""


class Scanner(Protocol):
    def begin(self, allowance: Allowance) -> Scan: ...

    def version(self) -> str:
        """What answers, and how old its signatures are."""
