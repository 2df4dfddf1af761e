"""Is a file what it says? The one door to the parsers, which run in a process of their own."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from treatment_forms.errors import InspectionTrouble
from treatment_forms.files.faults import Fault
from treatment_forms.files.protocol import FINE, WALL_SECONDS
from treatment_forms.files.runner import NoHelper, runner, wait_for_answer

TRIES = 2  # somebody may have killed the helper
FILES_FAULT = frozenset(
    {
        signal.SIGXCPU,  # the bound of its time
        signal.SIGSEGV,
        signal.SIGABRT,
        signal.SIGBUS,
        signal.SIGFPE,
        signal.SIGILL,
        signal.SIGTRAP,
    }
)
"""What a file does to its parser; any other end came from outside and says nothing of the file."""

warm_up = runner.start
"""Start the parsers without waiting for them; costs nothing when they run."""


def inspect(
    content: IO[bytes], *, media_type: str, seconds: float = WALL_SECONDS + 1
) -> Fault | None:
    """Let a parser of its kind look at the whole file; None when it is what it says.

    A file that crashes its parser, or keeps it busy for more than `CPU_SECONDS`, is DAMAGED.
    Threads may call it at the same time. Its first call in a process waits half a second for the
    parsers.

    Args:
        content: afterwards at position 0. One without a descriptor is copied to the disk first.
        media_type: what `sniffing.sniff` made of its first bytes and its name.
        seconds: how long the caller can wait.

    Raises:
        InspectionTrouble: nobody could look; never a fault of the file, so it may be held, but
            not opened.
    """
    deadline = time.monotonic() + seconds
    with opened(content) as descriptor:
        for _try in range(TRIES):
            try:
                with runner.ask(media_type, descriptor) as answer:
                    words = wait_for_answer(answer, deadline=deadline)
            except NoHelper:
                continue
            except TimeoutError as error:
                raise InspectionTrouble("time is up") from error
            return understand(words)
    raise InspectionTrouble("the parsers do not start")


def understand(words: list[str]) -> Fault | None:
    *said, ended = words
    if -int(ended) in FILES_FAULT:
        return Fault.DAMAGED
    if not said or int(ended):
        raise InspectionTrouble(f"the parser ended with {ended}")
    return None if said[0] == FINE else Fault(said[0])


@contextmanager
def opened(content: IO[bytes]) -> Iterator[int]:
    """The file opened once more, to be read only, with a position of its own."""
    content.seek(0)  # writes what waits in memory, too
    with on_disk(content) as descriptor:
        try:
            again = os.open(f"/dev/fd/{descriptor}", os.O_RDONLY)
        except OSError:
            again = os.dup(descriptor)
        try:
            yield again
        finally:
            os.close(again)
            content.seek(0)


@contextmanager
def on_disk(content: IO[bytes]) -> Iterator[int]:
    try:
        descriptor = content.fileno()
    except (AttributeError, OSError):
        with TemporaryFile() as copy:
            shutil.copyfileobj(content, copy)
            copy.flush()
            yield copy.fileno()
    else:
        yield descriptor
