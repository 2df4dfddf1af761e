"""A web server of its own that can be killed and started again, on the test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from tests.treatment_forms.worker import LEASE_SECONDS, bench

START_SECONDS = 60


class Server:
    """Two gunicorn processes on a port that stays the same."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ("--bind", f"127.0.0.1:{self.port}")
        size = ("--workers", "2", "--worker-class", "gthread", "--threads", "4")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "cms.wsgi", *where, *size],
            env=self.environment,
            cwd=Path(__file__).parents[2],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + START_SECONDS
        while not self.is_up():
            assert self.process.poll() is None, "the server did not start"
            assert time.monotonic() < end, "the server is not up"
            time.sleep(0.1)

    def is_up(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def kill(self) -> None:
        """SIGKILL for all its processes at once: a power cut."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@contextmanager
def serve() -> Iterator[Server]:
    with bench() as made:
        plugin = {**settings.TREATMENT_FORMS, "LEASE_SECONDS": LEASE_SECONDS}
        server = Server(made.get_environment(port=0, TREATMENT_FORMS=plugin))
        try:
            yield server
        finally:
            server.kill()
