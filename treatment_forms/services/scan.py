"""Scan files while the request that brings them is still being read."""

import logging

from treatment_forms import conf
from treatment_forms.errors import ScannerTrouble
from treatment_forms.scanners import get_scanner
from treatment_forms.scanners.base import Allowance, Scan
from treatment_forms.scanners.versions import get_version
from treatment_forms.states import Verdict

logger = logging.getLogger(__name__)


class InlineScanner:
    """Scans the files of one request, one after the other, until the first trouble.

    A visitor is not made to wait for a scanner that is not well: from then on every file is
    NOT_YET, and a worker scans it later. Raises nothing.

    Attributes:
        version: what the scanner called itself before it looked at the first of them.
    """

    def __init__(self) -> None:
        self._scanner = get_scanner()
        self._allowance = Allowance(conf.SCAN_REQUEST_SECONDS)
        self._scan: Scan | None = None
        self.version = ""

    def begin(self) -> None:
        self.abandon()
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

    def finish(self) -> Verdict:
        if not self._scan:
            return Verdict.NOT_YET
        try:
            return self._scan.finish()
        except ScannerTrouble as trouble:
            self._give_up(trouble)
            return Verdict.NOT_YET
        finally:
            self._scan = None

    def abandon(self) -> None:
        """Forget the file in hand; the next one is scanned again."""
        if self._scan:
            self._scan.abandon()
        self._scan = None

    def _give_up(self, trouble: ScannerTrouble) -> None:
        logger.warning("No inline scan: %s", trouble)
        self.abandon()
        self._scanner = None
