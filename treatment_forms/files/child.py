"""The process that looks at one file and ends. Whatever a file does to its parser stays in here.

It gives up, before the first byte is parsed, what parsers have no use for: the descriptors of
others, opening a file or a socket, writing to a disk, a core dump; and it is bounded in time and
memory by the kernel.
"""

import ctypes
import errno
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NoReturn

from treatment_forms.files.kinds import INSPECTORS
from treatment_forms.files.protocol import CPU_SECONDS, FINE, WALL_SECONDS
from treatment_forms.files.refusals import Damaged, Refused
from treatment_forms.files.room import Room

MEMORY_BYTES = 768 * 1024 * 1024  # beside the code and the file itself

RESULT = 3  # the only descriptor that is left, beside three that lead nowhere
PR_SET_PDEATHSIG = 1
NOT_THE_FILES_FAULT = frozenset({errno.EMFILE, errno.ENFILE, errno.EIO})


def run(media_type: str, content: int, result: int) -> NoReturn:
    """Write the answer; end without a word where it is no fault of the file."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):  # whoever forked us may have handlers
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(WALL_SECONDS)
        die_with_parent()
        data = read(content)
        drop_privileges(result, len(data))
        os.write(RESULT, judge(media_type, data).encode())
    finally:
        os._exit(0)


def judge(media_type: str, data: bytes) -> str:
    try:
        INSPECTORS[media_type](data, media_type, Room())
    except Refused as refused:
        return refused.code
    except ImportError:
        return ""
    except OSError as error:  # Pillow's errors are OSErrors without a number
        return "" if error.errno in NOT_THE_FILES_FAULT else Damaged.code
    except Exception:  # noqa: BLE001  (parsers of bad files raise what they like)
        return Damaged.code
    return FINE


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def read(content: int) -> bytes:
    with open(content, "rb") as file:
        file.seek(0)
        return file.read()


def drop_privileges(result: int, size: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(RESULT):
        os.dup2(nowhere, standard)
    os.dup2(result, RESULT)
    os.closerange(RESULT + 1, 65536)
    bound(resource.RLIMIT_AS, get_address_space() + MEMORY_BYTES + size)
    bound(resource.RLIMIT_NOFILE, RESULT + 1)
    bound(
        resource.RLIMIT_CPU, CPU_SECONDS, hard=CPU_SECONDS + 1
    )  # the harder signal is a shutdown's
    bound(resource.RLIMIT_FSIZE, 0)
    bound(resource.RLIMIT_CORE, 0)


def bound(limit: int, value: int, *, hard: int | None = None) -> None:
    """Never above what the whole process tree has."""
    most = resource.getrlimit(limit)[1]
    wanted = [value, value if hard is None else hard]
    if most != resource.RLIM_INFINITY:
        wanted = [min(one, most) for one in wanted]
    resource.setrlimit(limit, (wanted[0], wanted[1]))


def get_address_space() -> int:
    """Bytes that are mapped now: Python and the parsers' libraries."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:  # a developer's Mac
        return 1024 * 1024 * 1024
    return int(pages) * os.sysconf("SC_PAGESIZE")
