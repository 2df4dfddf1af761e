"""How fast mails leave: workers on PostgreSQL, before a server that takes 200 ms for each."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from random import choice
from statistics import median
from typing import Any

from aiosmtpd.controller import Controller

from bench.figures import Figure
from bench.load import timed
from bench.site import make_database, set_up
from cms.clamd import get_free_port
from tests.services import ROOT

WAITING = 10_000
SMALL, LARGE = 1_000, 100_000
CLAIMS = 200
WORKERS = (1, 2, 4)
SAMPLE_SECONDS = 10.0
SMTP_SECONDS = 0.2


class SlowServer:
    """Takes every mail, thinks about it, and forgets it."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (its name)
        await asyncio.sleep(SMTP_SECONDS)
        return "250 OK"


def get_figures() -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-bench-")))
        folder.chmod(0o755)
        url = make_database(stack, folder)
        smtp = Controller(SlowServer(), hostname="127.0.0.1", port=get_free_port())
        smtp.start()
        stack.callback(smtp.stop)
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp.port}"
        set_up(folder, url)
        yield from get_claims()
        yield from get_rates()


def get_claims() -> Iterator[Figure]:
    """A claim is the question what is due, and the taking of one row."""
    from treatment_forms.services import deliver

    def claim() -> None:
        now = get_now()
        deliver.claim(deliver.get_due(now)[0], at=now)

    cost = {}
    for count in (SMALL, LARGE):
        fill(count)
        cost[count] = 1000 * median(timed(claim) for _claim in range(CLAIMS))
    name = f"claim of a mail, {LARGE:,} waiting (floor: {SMALL:,})"
    yield Figure(name, cost[LARGE], "ms", cost[SMALL], "ratio <= 1.5")


def get_rates() -> Iterator[Figure]:
    fill(WAITING)
    rate = {count: get_rate(count) for count in WORKERS}
    yield Figure(f"mails sent, 1 worker, {WAITING:,} waiting", rate[1], "/s", send_alone())
    for count in WORKERS[1:]:
        promise = f"ratio >= {0.9 * count:.1f}"
        name = f"mails sent, {count} workers (floor: 1 worker)"
        yield Figure(name, rate[count], "/s", rate[1], promise)


def get_rate(count: int) -> float:
    """Mails a second while all are at work, not while they start."""
    with workers(count):
        wait_until_sent(get_sent() + 5 * count)
        before, started = get_sent(), time.monotonic()
        time.sleep(SAMPLE_SECONDS)
        return (get_sent() - before) / (time.monotonic() - started)


def send_alone() -> float:
    """The floor: the same server and nothing else."""
    from django.core.mail import EmailMessage

    mail = EmailMessage("Subject", "Text", to=["care@example.org"])
    return 10 / timed(lambda: [mail.send() for _number in range(10)])


@contextmanager
def workers(count: int) -> Iterator[None]:
    command = [sys.executable, "manage.py", "sweep", "--loop"]
    crowd = [subprocess.Popen(command, cwd=ROOT) for _worker in range(count)]
    try:
        yield
    finally:
        for worker in crowd:
            worker.terminate()
        for worker in crowd:
            worker.wait()


def wait_until_sent(count: int) -> None:
    end = time.monotonic() + 60
    while get_sent() < count:
        if time.monotonic() > end:
            raise TimeoutError("the workers send nothing")
        time.sleep(0.1)


def get_sent() -> int:
    from treatment_forms.models import Delivery
    from treatment_forms.states import DeliveryState

    return Delivery.objects.filter(state=DeliveryState.ACCEPTED).count()


def get_now() -> Any:
    from django.utils import timezone

    return timezone.now()


def fill(count: int) -> None:
    """So many mails that are due, the first for the longest time."""
    from django.db import connection

    from tests.treatment_forms.rows import make_submission
    from treatment_forms.models import Delivery

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE treatment_forms_submission CASCADE")
        requests, now = [make_submission() for _request in range(100)], get_now()
        mail = {"kind": Delivery.Kind.COORDINATOR, "recipient": "care@example.org"}
        mail |= {"state_changed_at": now, "created_at": now}
        ages = (timedelta(milliseconds=count - number) for number in range(count))
        rows = (Delivery(**mail, submission=choice(requests), due_at=now - age) for age in ages)
        Delivery.objects.bulk_create(rows, batch_size=5000)
        cursor.execute("ANALYZE")
