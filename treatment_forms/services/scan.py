"""Scan files while the request that brings them is still being read."""

import logging
from collections import deque
from collections.abc import Callable

from treatment_forms import conf
from treatment_forms.errors import ScannerTrouble
from treatment_forms.scanners import get_scanner
from treatment_forms.scanners.base import Allowance, Scan
from treatment_forms.scanners.versions import get_version
from treatment_forms.states import Verdict

logger = logging.getLogger(__name__)

Tell = Callable[[Verdict], None]
IN_FLIGHT = 2
"""Files of one request that the scanner has whole and may still think about: more would only take
its threads from other visitors."""


class InlineScanner:
    """Scans the files of one request, until the first trouble. Raises nothing.

    The next file is read while the scanner thinks about those before it. A visitor is not made to
    wait for one that is not well: after the first trouble no verdict is told any more, and a
    worker scans those files later.

    Attributes:
        version: what the scanner called itself before it looked at the first of them.
    """

    def __init__(self) -> None:
        self._scanner = get_scanner()
        self._allowance = Allowance(conf.SCAN_REQUEST_SECONDS)
        self._scan: Scan | None = None
        self._asked: deque[tuple[Scan, Tell]] = deque()
        self.version = ""

    def begin(self) -> None:
        self.abandon()
        while len(self._asked) >= IN_FLIGHT:
            self._collect_first()
        if self._scanner:
            try:
                self.version = self.version or get_version()
                self._scan = self._scanner.begin(self._allowance)
            except ScannerTrouble as trouble:
                self._give_up(trouble)

    def feed(self, chunk: bytes) -> None:
        if self._scan:
            try:
                self._scan.feed(chunk)
            except ScannerTrouble as trouble:
                self._give_up(trouble)

    def finish(self, tell: Tell) -> None:
        """The file in hand is whole. `tell` gets its verdict, in `collect` at the latest."""
        if self._scan:
            try:
                self._scan.end()
            except ScannerTrouble as trouble:
                self._give_up(trouble)
            else:
                self._asked.append((self._scan, tell))
                self._scan = None

    def collect(self) -> None:
        """Wait for the verdicts that are still due."""
        while self._asked:
            self._collect_first()

    def _collect_first(self) -> None:
        scan, tell = self._asked.popleft()
        try:
            verdict = scan.finish()
        except ScannerTrouble as trouble:
            self._give_up(trouble)
        else:
            tell(verdict)

    def abandon(self) -> None:
        """Forget the file in hand; the next one is scanned again."""
        if self._scan:
            self._scan.abandon()
        self._scan = None

    def close(self) -> None:
        """Forget every file."""
        self.abandon()
        while self._asked:
            self._asked.popleft()[0].abandon()

    def _give_up(self, trouble: ScannerTrouble) -> None:
        logger.warning("No inline scan: %s", trouble)
        self._scanner = None
        self.close()
