"""Look into files while the request that brings them is still being read."""

import logging
import time
from typing import IO

from treatment_forms import conf
from treatment_forms.errors import InspectionTrouble
from treatment_forms.files import inspect
from treatment_forms.files.faults import Fault
from treatment_forms.states import Verdict

logger = logging.getLogger(__name__)


class InlineInspector:
    """Looks into the files of one request, one after the other, until the first trouble.

    From then on every file is taken and NOT_YET, whatever the scanner says: a worker looks into
    it before anybody can open it. Raises nothing of its own.
    """

    def __init__(self) -> None:
        self._seconds_left = conf.INSPECT_REQUEST_SECONDS

    def begin(self) -> None:
        """Let the parsers get ready while the bytes come."""
        if self._seconds_left > 0:
            inspect.warm_up()

    def find_fault(self, content: IO[bytes] | None, media_type: str) -> Fault | None:
        if content is None or self._seconds_left <= 0:
            return None
        started = time.monotonic()
        try:
            return inspect.inspect(content, media_type=media_type, seconds=self._seconds_left)
        except InspectionTrouble as trouble:
            logger.warning("No inline inspection: %s", trouble)
            self._seconds_left = 0
            return None
        finally:
            self._seconds_left -= time.monotonic() - started

    def confirm(self, verdict: Verdict) -> Verdict:
        """What the scanner says of a file in which we found no fault, if we looked for any."""
        if self._seconds_left > 0 or verdict == Verdict.INFECTED:
            return verdict
        return Verdict.NOT_YET
