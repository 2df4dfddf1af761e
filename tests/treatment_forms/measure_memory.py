"""By how many MiB a process grows that reads three requests with ten files of 10 MiB each.

Run as `python -m tests.treatment_forms.measure_memory <clamd's address>`.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings

MIB = 1024 * 1024
HEAD = b"--b\r\nContent-Disposition: form-data; name="
FILES = 10


class Body(io.RawIOBase):
    """Ten files as they come from a socket: made while they are read."""

    def __init__(self) -> None:
        self.parts = self.make()
        self.rest = b""

    def make(self) -> Iterator[bytes]:
        for number in range(FILES):
            yield HEAD + b'"files"; filename="%d.txt"\r\n\r\n' % number
            yield from [b"%d" % number * MIB] * 10
            yield b"\r\n"
        yield HEAD + b'"complete"\r\n\r\n1\r\n--b--\r\n'

    def read(self, size: int = -1, /) -> bytes:
        self.rest = self.rest or next(self.parts, b"")
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def get_peak() -> float:
    """Not `ru_maxrss`: that begins with what our parent process had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def read_one() -> None:
    from treatment_forms.services.read import Limits, read_body

    body = read_body(
        Body(),
        content_type="multipart/form-data; boundary=b",
        length=0,
        limits=Limits(10, 10 * MIB),
    )
    assert [(file.size, file.verdict) for file in body.files] == [(10 * MIB, "clean")] * FILES
    assert not any(file.fault for file in body.files)
    body.drop()


if __name__ == "__main__":
    django.setup()
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": sys.argv[1]}
    import treatment_forms.services.receive  # noqa: F401  (the code itself is no growth)

    before = get_peak()
    for _request in range(3):
        read_one()
    print(get_peak() - before)
