"""Which tests one worker of xdist does in a row, because they share rows that were made once.

Not xdist's own groups: with pytest 9.2 it no longer sees the mark, and every worker made them.
"""

from typing import Any

from xdist.scheduler import LoadGroupScheduling

WHOLE_FILES = (
    "tests/cms/test_groups.py",
    "tests/home/test_doors_localize_flaws.py",
    "tests/home/test_translations_bad_input.py",
    "tests/home/test_translations_gate.py",
    "tests/home/test_translations_report.py",
    "tests/journeys/test_demo.py",
)


class SharingScheduling(LoadGroupScheduling):
    """Classes and these files stay together and come first; what goes alone fills the end."""

    def _split_scope(self, nodeid: str) -> str:
        file, *names = nodeid.split("::")
        if file in WHOLE_FILES:
            return file
        return f"{file}::{names[0]}" if len(names) > 1 else nodeid


def make_scheduler(config: Any, log: Any) -> SharingScheduling | None:
    return SharingScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
