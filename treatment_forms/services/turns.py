"""Taking turns on SQLite, where one writes at a time.

Who finds SQLite busy sleeps, and longer each time, so that others who came later are served
first: of eight visitors one waits ten times as long as most. Here those who store something for a
visitor stand in a queue. It is courtesy only: whoever cannot have a turn writes all the same.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection

WAIT_SECONDS = 20.0
PAUSE_SECONDS = 0.001
LIGHT_SECONDS = 1.0

_light = threading.Lock()  # of this process
_queue = threading.Lock()  # of this process; only the first in it asks the other processes


@contextmanager
def one_by_one() -> Iterator[None]:
    """Run the block when the others of this process are through it, for what takes milliseconds.

    Eight requests that share a processor are all done late; one after the other most are done
    early, and the last no later. Courtesy only, as `taken`.
    """
    has_place = _light.acquire(timeout=LIGHT_SECONDS)
    try:
        yield
    finally:
        if has_place:
            _light.release()


@contextmanager
def taken() -> Iterator[None]:
    """Run the block when it is our turn. Nothing happens on other databases, nor where we are
    writing already: who has the database must not wait for who waits for the database."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    ends_at = time.monotonic() + WAIT_SECONDS
    has_place = _queue.acquire(timeout=WAIT_SECONDS)
    try:
        with _among_processes(ends_at):
            yield
    finally:
        if has_place:
            _queue.release()


@contextmanager
def _among_processes(ends_at: float) -> Iterator[None]:
    """A lock on the database's folder, which SQLite itself does not lock."""
    try:
        folder = os.open(os.path.dirname(str(connection.settings_dict["NAME"])) or ".", os.O_RDONLY)
    except OSError:  # it is not in a file
        yield
        return
    try:
        with suppress(OSError):  # a file system without locks
            _wait(folder, ends_at)
        yield
    finally:
        os.close(folder)


def _wait(folder: int, ends_at: float) -> None:
    while time.monotonic() < ends_at:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_SECONDS)
        else:
            return
