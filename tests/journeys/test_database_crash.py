"""PostgreSQL crashes and comes back while visitors send and a worker mails."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from cms.clamd import get_free_port
from tests import services
from tests.treatment_forms.posting import ANSWERS, BOUNDARY, PDF, Sent, make_body
from tests.treatment_forms.worker import Bench, kill, stop, wait_for
from tests.wire.smtp import smtp_server

VISITORS = 4
REQUESTS = 20
MAKE_FORM = """
from tests.factories import make_ground
from tests.treatment_forms.pages import make_form_page
make_ground()
print(make_form_page().url)
"""
WSGI = "django.core.wsgi:get_wsgi_application()"
PAPERS = (Sent("one.pdf", PDF),)


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the user who runs PostgreSQL can enter, too."""
    with tempfile.TemporaryDirectory(prefix="cms-crash-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.services
@pytest.mark.timeout(300)  # a database, a web server and a worker of its own
def test_postgresql_crashes_while_visitors_send(folder, settings):
    with ExitStack() as stack, smtp_server() as mail:
        (folder / "postgres").mkdir()
        services.start_postgres(stack, folder / "postgres")
        port = int((folder / "postgres/data/postmaster.pid").read_text().splitlines()[3])
        do(port, "ALTER DATABASE template_cms SET synchronous_commit = on")  # as everywhere else
        own = stack.enter_context(processes(folder, port, settings))
        path = make_form(own)
        web = serve(own, mail.port)
        worker = own.start("sweep", "--loop", port=mail.port, **own.told)
        answers: list[list[int]] = []
        with ThreadPoolExecutor(VISITORS) as pool:
            is_over = threading.Event()
            visitors = [
                pool.submit(visit, web, path, answers, is_over) for _visitor in range(VISITORS)
            ]
            wait_for(lambda: len(answers) >= REQUESTS)
            crash(stack, folder / "postgres", port)
            wait_for(lambda: len(answers) >= 2 * REQUESTS)
            is_over.set()
            for visitor in visitors:
                visitor.result()
        told = Counter(status for statuses in answers for status in statuses)
        count = len(answers)
        wait_for(lambda: count_unsent(port) == 0)
        assert stop(worker) == 0

        assert set(told) == {303, 503}, told
        assert told[303] == count
        assert ask(port, "SELECT count(*) FROM treatment_forms_submission") == count
        assert ask(port, "SELECT count(*) FROM treatment_forms_attachment") == count
        copies = Counter(message["Message-ID"] for message in mail.messages)
        assert ask(port, "SELECT count(*) FROM treatment_forms_delivery") == len(copies) >= count
        assert max(copies.values()) <= 2


@contextmanager
def processes(folder: Path, port: int, settings: Any) -> Iterator[Any]:
    own = Bench(
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "template_cms",
            "USER": "cms",
            "HOST": "127.0.0.1",
            "PORT": port,
        }
    )
    (folder / "attachments").mkdir()
    attachments = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder / "attachments"},
    }
    rates = {"RATE_SUBMISSIONS": "100000/1h", "RATE_UPLOAD_MB": "100000/1h"}
    own.told = {
        "STORAGES": {**settings.STORAGES, "attachments": attachments},
        "TREATMENT_FORMS": {"LEASE_SECONDS": 2, "CLAMD_URL": "", **rates},
        "TASKS": {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
        "ALLOWED_HOSTS": ["127.0.0.1"],
    }
    try:
        yield own
    finally:
        for process in own.processes:
            if process.poll() is None:
                kill(process)


def make_form(own: Any) -> str:
    made = subprocess.run(
        [sys.executable, "-m", "django", "shell", "-v0", "-c", MAKE_FORM],
        env=own.get_environment(port=0, **own.told),
        cwd=services.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()[-1]


def serve(own: Any, mail_port: int) -> int:
    port = get_free_port()
    command = [sys.executable, "-m", "gunicorn", WSGI, f"--bind=127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--threads=4", "--log-level=warning", "--no-control-socket"],
        env=own.get_environment(port=mail_port, **own.told),
        cwd=services.ROOT,
    )
    own.processes.append(process)
    services.wait_for(port, process, Path("/dev/null"))
    return port


def visit(port: int, path: str, answers: list[list[int]], is_over: threading.Event) -> None:
    """Send one request after the other, each until it is taken; keep what was answered to each."""
    while not is_over.is_set():
        body = make_body({**ANSWERS, "submission_id": str(uuid4())}, PAPERS)
        told = [send(port, path, body)]
        while told[-1] == 503:
            time.sleep(0.1)
            told.append(send(port, path, body))
        answers.append(told)


def send(port: int, path: str, body: bytes) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    line.request("POST", path, body, {"Content-Type": kind})
    status = line.getresponse().status
    line.close()
    return status


def crash(stack: ExitStack, folder: Path, port: int) -> None:
    """As by kill -9: nothing is flushed or said; then it is started again and recovers."""
    pid = int((folder / "data/postmaster.pid").read_text().split()[0])
    command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    os.kill(pid, signal.SIGQUIT)
    wait_for(lambda: not (folder / "data/postmaster.pid").exists())
    stack.enter_context(services.running(command, folder, port, **services.become_nobody()))


def ask(port: int, query: str) -> Any:
    with connect(port) as connection:
        return connection.execute(query).fetchone()[0]


def do(port: int, command: str) -> None:
    with connect(port) as connection:
        connection.execute(command)


def connect(port: int) -> Any:
    return psycopg.connect(f"postgres://cms@127.0.0.1:{port}/template_cms", autocommit=True)


def count_unsent(port: int) -> int:
    return ask(port, "SELECT count(*) FROM treatment_forms_delivery WHERE state <> 'accepted'")
