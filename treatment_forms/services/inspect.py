"""Look into files while the request that brings them is still being read."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, NamedTuple

from treatment_forms import conf
from treatment_forms.errors import InspectionTrouble
from treatment_forms.files import inspect
from treatment_forms.files.faults import Fault

logger = logging.getLogger(__name__)


class Finding(NamedTuple):
    fault: Fault | None
    was_seen: bool  # by a parser of its kind


Tell = Callable[[Finding], None]


class InlineInspector:
    """Looks into the files of one request, one after the other, until the first trouble.

    The next file is read meanwhile. What is told as not seen is taken and NOT_YET, whatever the
    scanner says: a worker looks into it before anybody can open it. Raises nothing of its own.
    """

    def __init__(self) -> None:
        self._seconds_left = conf.INSPECT_REQUEST_SECONDS
        self._helper = ThreadPoolExecutor(1, "inspector")
        self._asked: list[tuple[Tell, Future[Finding]]] = []

    def begin(self) -> None:
        """Let the parsers get ready while the bytes come."""
        if self._seconds_left > 0:
            inspect.warm_up()

    def look(self, content: IO[bytes], media_type: str, tell: Tell) -> None:
        """Leave the content alone until `tell` is called, which happens in `collect`."""
        self._asked.append((tell, self._helper.submit(self._find, content, media_type)))

    def collect(self) -> None:
        """Wait for what is still being looked into, and tell it all."""
        for tell, finding in self._asked:
            tell(finding.result())
        self._asked.clear()

    def close(self) -> None:
        """Look into nothing more, and wait for nothing."""
        self._helper.shutdown(wait=False, cancel_futures=True)

    def _find(self, content: IO[bytes], media_type: str) -> Finding:
        if self._seconds_left <= 0:
            return Finding(None, was_seen=False)
        started, limit = time.monotonic(), self._seconds_left
        try:
            fault = inspect.inspect(content, media_type=media_type, seconds=limit)
        except (InspectionTrouble, OSError) as trouble:  # no process, no descriptor, no disk
            logger.warning("No inline inspection: %s", trouble)
            self._seconds_left = 0
            return Finding(None, was_seen=False)
        self._seconds_left -= time.monotonic() - started
        return Finding(fault, was_seen=True)
