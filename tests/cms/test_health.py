import json
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from cms.settings import base
from tests.checks import get_clean_environment
from tests.wire.clamd import Mood, fake_clamd
from tests.wire.smtp import get_closed_port
from treatment_forms.models import Delivery, Submission
from treatment_forms.states import DeliveryState

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import django
django.setup()
from django.test import Client
for address in ("/healthz", "/readyz", "/en/"):
    response = Client(raise_request_exception=False).get(address)
    print(response.status_code, response.content.decode().strip().splitlines()[0])
"""


@pytest.fixture(autouse=True)
def papers(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        },
    }
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": ""}
    settings.REDIS_URL = ""
    return folder


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, json.loads(response.content)


def make_delivery(**fields: Any) -> Delivery:
    now = timezone.now()
    submission = Submission.objects.create(
        form_key="00000000-0000-0000-0000-000000000000",
        language_code="en",
        status_changed_at=now,
        received_at=now,
        sealed_answers=b"{}",
        form_snapshot=[],
    )
    return Delivery.objects.create(
        submission=submission,
        kind=Delivery.Kind.COORDINATOR,
        recipient="desk@example.org",
        state_changed_at=now,
        created_at=now,
        **fields,
    )


def test_a_process_that_is_up_says_so_without_asking_anybody(
    django_assert_num_queries: Any, db: Any
) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_asks_without_tls_and_by_any_name(settings: Any, address: str) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["www.example.org"], True

    assert Client().get(address, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert Client().get("/en/", headers={"host": "10.1.2.3:8000"}).status_code == 400


@pytest.mark.django_db
def test_all_is_well() -> None:
    assert ask() == (
        200,
        {
            "ready": True,
            "database": "ok",
            "storage": "ok",
            "clamd": "not configured",
            "redis": "not configured",
            "deliveries": "ok",
            "oldest_due_delivery_seconds": 0,
        },
    )


@pytest.mark.django_db
def test_asking_leaves_no_file_behind(papers: Path) -> None:
    ask()

    assert [path for path in papers.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_storage_that_takes_no_file_is_down(papers: Path) -> None:
    papers.write_text("a file where the folder should be")

    status, answer = ask()

    assert (status, answer["storage"]) == (503, "down")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mood", "status", "state"),
    [(Mood.CLEAN, 200, "ok"), (Mood.REFUSE, 503, "down"), (Mood.HANG_READ, 503, "down")],
)
def test_the_scanner_is_asked(settings: Any, mood: Mood, status: int, state: str) -> None:
    with fake_clamd(mood) as clamd:
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}

        answered, answer = ask()

    assert (answered, answer["clamd"]) == (status, state)


@pytest.mark.django_db
def test_a_redis_that_is_down_is_told(settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{get_closed_port()}/0"

    status, answer = ask()

    assert (status, answer["redis"]) == (503, "down")


@pytest.mark.django_db
def test_a_redis_that_does_not_answer_is_down(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.REDIS_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        began = time.monotonic()

        assert ask()[1]["redis"] == "down"

    assert time.monotonic() - began < 20


@pytest.mark.django_db
@pytest.mark.services
def test_a_redis_that_is_there_is_well(settings: Any) -> None:
    settings.REDIS_URL = base.REDIS_URL

    assert ask()[1]["redis"] == "ok"


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [InterfaceError, OperationalError])
def test_a_connection_that_is_lost_is_a_database_that_is_down(trouble: type[Exception]) -> None:
    def lose(*asked: Any) -> None:
        raise trouble("the connection is closed")

    with connection.execute_wrapper(lose):
        status, answer = ask()

    assert (status, answer["database"], answer["deliveries"]) == (503, "down", "unknown")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status", "state"), [(60, 200, "ok"), (600, 503, "late")])
def test_a_mail_that_is_long_due_means_that_workers_sleep(
    seconds: int, status: int, state: str
) -> None:
    make_delivery(due_at=timezone.now() - timedelta(seconds=seconds))

    answered, answer = ask()

    assert (answered, answer["deliveries"]) == (status, state)
    assert seconds <= answer["oldest_due_delivery_seconds"] <= seconds + 30


@pytest.mark.django_db
def test_a_mail_that_is_done_or_not_yet_due_alarms_nobody() -> None:
    make_delivery(due_at=timezone.now() + timedelta(hours=1))
    make_delivery(due_at=None, state=DeliveryState.ACCEPTED)

    assert ask()[1]["oldest_due_delivery_seconds"] == 0


def test_a_database_that_is_down_is_told_and_the_process_is_still_up() -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "DATABASE_URL": "postgres://cms:hunter2@127.0.0.1:1/cms",
    }

    result = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**get_clean_environment(), **environment},
        capture_output=True,
        text=True,
        check=True,
    )

    up, ready, home = result.stdout.splitlines()
    assert up == "200 ok"
    assert home.startswith("503 ")
    assert ready.startswith("503 ")
    assert json.loads(ready[4:])["database"] == "down"
    assert "hunter2" not in result.stdout + result.stderr
    assert "127.0.0.1" not in result.stdout


@pytest.mark.django_db
def test_the_answer_names_no_address_and_no_path(settings: Any, papers: Path) -> None:
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": "tcp://127.0.0.1:1"}

    text = json.dumps(ask()[1])

    assert "127.0.0.1" not in text
    assert str(papers) not in text
    assert storages["attachments"].__class__.__name__ not in text
