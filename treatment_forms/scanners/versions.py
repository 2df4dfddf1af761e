"""Whether the scanner has learnt since it looked at a file.

Its version names the engine and its signatures, like `ClamAV 1.4.6/27000/Sun Nov 22 08:00:00 2026`.
"""

import time

from treatment_forms import conf
from treatment_forms.scanners import get_scanner

KEPT_SECONDS = 60.0
MAX_LENGTH = 200

_told: dict[str, tuple[float, str]] = {}


def get_version() -> str:
    """What the scanner calls itself, asked once a minute by each process; empty without one.

    Ask before a scan, never after it: signatures that come in between are then not taken for
    those that were used.

    Raises:
        ScannerTrouble: it did not say.
    """
    url, scanner = conf.get("CLAMD_URL"), get_scanner()
    if scanner is None:
        return ""
    asked_at, version = _told.get(url, (None, ""))
    if asked_at is None or time.monotonic() - asked_at >= KEPT_SECONDS:
        asked_at = time.monotonic()
        version = scanner.version()[:MAX_LENGTH]
        _told[url] = (asked_at, version)
    return version


def has_learnt(scanned_with: str) -> bool:
    """Whether a file that was scanned with that version is to be scanned again.

    Any other version counts, so that a clock or a rollback cannot hide one; so does a scanner
    that does not number its signatures, because nobody can tell. Without a scanner there is
    nothing to learn.

    Raises: as `get_version`.
    """
    version = get_version()
    is_numbered = version.count("/") > 1
    return bool(version) and (not is_numbered or version != scanned_with)
