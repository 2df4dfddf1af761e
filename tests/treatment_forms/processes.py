"""Which processes there are, as the kernel tells it."""

import time
from collections.abc import Callable
from pathlib import Path


def list_children(parent: int) -> dict[int, str]:
    """Their states by process id; Z is a zombie."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended while we looked
        if int(its_parent) == parent:
            found[int(path.parent.name)] = state
    return found


def find_helpers(parent: int) -> list[int]:
    def is_helper(pid: int) -> bool:
        try:
            return b"treatment_forms.files.helper" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    return [pid for pid in list_children(parent) if is_helper(pid)]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(is_true: Callable[[], object], *, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(is_true())
