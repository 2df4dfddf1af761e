"""Real worker processes on rows that they and the test both see."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

LEASE_SECONDS = 2
PATIENCE_SECONDS = 60.0


@dataclass
class Bench:
    """Where workers are started."""

    database: dict[str, Any]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, port: int, **more: Any) -> subprocess.Popen[bytes]:
        """`manage.py` with this command, sending to this port."""
        process = subprocess.Popen(
            [sys.executable, "-m", "django", *command],
            env=self.get_environment(port=port, **more),
            cwd=Path(__file__).parents[2],
        )
        self.processes.append(process)
        return process

    def get_environment(self, *, port: int, **more: Any) -> dict[str, str]:
        """What makes a process work on the test's rows and files, sending to this port."""
        told = {
            "EMAIL_PORT": port,
            "STORAGES": settings.STORAGES,
            "TREATMENT_FORMS": {"LEASE_SECONDS": LEASE_SECONDS, "CLAMD_URL": ""},
            **more,
        }
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.treatment_forms.worker_settings",
            "WORKER_BASE": os.environ["DJANGO_SETTINGS_MODULE"],
            "WORKER_DATABASE": json.dumps(self.database, default=str),
            "WORKER_SETTINGS": json.dumps(told, default=str),
        }


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL: no handler, no `finally`, no goodbye."""
    process.kill()
    process.wait(10)


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(20)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@contextmanager
def bench() -> Iterator[Bench]:
    """Workers on the test's own database, which is therefore never one in memory."""
    database = {**connection.settings_dict, "TEST": {}}
    made = Bench(database)
    try:
        yield made
    finally:
        for process in made.processes:
            if process.poll() is None:
                kill(process)
