"""What `make run` is made of: its processes, its scanner, its logins."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import resolve

from cms import clamd, supervisor
from cms.logins import load_logins, make_logins
from cms.management.commands.run_site import Command, check_port_is_free, get_services
from cms.supervisor import Service
from tests.treatment_forms.rows import make_delivery
from tests.wire.clamd import EICAR
from treatment_forms import tasks

NOTE_PID = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


def wait_until(holds: Callable[[], Any], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def read_pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it ended while we looked
        return False


@pytest.fixture
def run() -> Iterator[Callable[..., Event]]:
    started: list[tuple[Event, Thread]] = []

    def start(*services: Service) -> Event:
        stopping = Event()
        thread = Thread(target=supervisor.run, args=[services, stopping, 0.02])
        thread.start()
        started.append((stopping, thread))
        return stopping

    yield start
    for stopping, thread in started:
        stopping.set()
        thread.join(20)
        assert not thread.is_alive()


def test_a_child_that_died_is_started_again(run: Any, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    run(Service("sleeper", [sys.executable, "-c", NOTE_PID, str(pids)]))
    wait_until(lambda: read_pids(pids))

    os.kill(read_pids(pids)[0], signal.SIGKILL)

    wait_until(lambda: len(read_pids(pids)) == 2)
    assert is_running(read_pids(pids)[1])


def test_a_child_that_keeps_dying_is_started_less_and_less_often() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    service = Service("hopeless", [sys.executable, "-c", "raise SystemExit(3)"])
    child = supervisor.Child(service, process, started_at=0.0)
    pauses, now = [], 1.0

    for _ in range(7):
        supervisor.watch(child, now)
        assert child.starts_at is not None
        pauses.append(child.starts_at - now)
        now = child.starts_at
        supervisor.watch(child, now)
        child.process.wait()

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_stopping_ends_every_child_and_what_it_started_but_nobody_else(
    run: Any, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    parent = (
        "import subprocess, sys; child = [sys.executable, '-c', sys.argv[2], sys.argv[1]];"
        "subprocess.Popen(child); subprocess.run(child)"
    )
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stopping = run(Service("family", [sys.executable, "-c", parent, str(pids), NOTE_PID]))
    wait_until(lambda: len(read_pids(pids)) == 2)

    stopping.set()

    wait_until(lambda: not any(is_running(pid) for pid in read_pids(pids)))
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_child_that_does_not_listen_is_killed(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    pids = tmp_path / "pids"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + NOTE_PID
    stopping = run(Service("deaf", [sys.executable, "-c", deaf, str(pids)]))
    wait_until(lambda: read_pids(pids))

    stopping.set()

    wait_until(lambda: not is_running(read_pids(pids)[0]))


def test_a_service_that_cannot_start_stops_those_before_it(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(supervisor, "which", lambda name: None)
    pids = tmp_path / "pids"
    services = [
        Service("sleeper", [sys.executable, "-c", NOTE_PID, str(pids)]),
        Service("missing", [str(tmp_path / "no-such-program")]),
    ]

    with pytest.raises(FileNotFoundError):
        supervisor.run(services, Event(), 0.02)

    assert not any(is_running(pid) for pid in read_pids(pids))


def test_children_get_their_environment_and_their_log(run: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    say = [
        sys.executable,
        "-c",
        "import os, time; print(os.environ['WHO'], flush=True); time.sleep(60)",
    ]

    run(Service("sayer", say, {"WHO": "Ada"}, log))

    wait_until(lambda: log.exists() and log.read_text() == "Ada\n")


def test_clamd_is_told_to_alarm_at_what_it_did_not_look_into(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(clamd, "which", lambda name, path: "/usr/sbin/clamd")

    found = clamd.prepare(tmp_path / "clamd", system_signatures=tmp_path)

    assert found is not None
    text = (tmp_path / "clamd" / "clamd.conf").read_text()
    for line in ("AlertExceedsMax yes", "AlertEncrypted yes", "TCPAddr 127.0.0.1"):
        assert line in text.splitlines()
    assert int(text.split("StreamMaxLength ")[1].split("M")[0]) > 10
    assert found.url.removeprefix("tcp://127.0.0.1:") in text


def test_without_signatures_clamd_knows_the_test_file_only(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(clamd, "which", lambda name, path: "/usr/sbin/clamd")

    found = clamd.prepare(tmp_path / "clamd", system_signatures=tmp_path)

    assert found is not None
    assert found.knows_malware is False
    [line] = (tmp_path / "clamd" / "signatures" / "eicar.ndb").read_text().splitlines()
    assert bytes.fromhex(line.rpartition(":")[2]).decode() == EICAR


def test_installed_signatures_are_used(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(clamd, "which", lambda name, path: "/usr/sbin/clamd")
    (tmp_path / "main.cvd").touch()

    found = clamd.prepare(tmp_path / "clamd", system_signatures=tmp_path)

    assert found is not None
    assert found.knows_malware is True
    assert f"DatabaseDirectory {tmp_path}\n" in (tmp_path / "clamd" / "clamd.conf").read_text()


def test_a_machine_without_clamd_has_no_scanner(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(clamd, "which", lambda name, path: None)

    assert clamd.prepare(tmp_path) is None


def test_passwords_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "var" / "logins"

    first = make_logins(path, ["editor", "reviewer"])
    second = make_logins(path, ["editor", "reviewer"])

    assert first == second == load_logins(path)
    assert len(set(first.values())) == 2
    assert all(len(password) >= 12 for password in first.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_password_file_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    path.touch(mode=0o644)
    path.write_text("{}")

    make_logins(path, ["editor"])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_port_in_use_is_said_before_anything_starts(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings.HOST, settings.PORT = other.getsockname()[:2]

        with pytest.raises(CommandError, match="make run PORT="):
            check_port_is_free()


def test_every_process_is_started_and_knows_the_scanner(settings: Any) -> None:
    settings.REDIS_URL = ""
    scanner = clamd.Clamd(["clamd"], "tcp://127.0.0.1:3310", knows_malware=True)

    services = {service.name: service for service in get_services(scanner)}

    assert list(services) == ["scanner", "web server", "task worker", "sweeper", "publisher"]
    assert services["task worker"].command[-1] == "work"
    for name in ("web server", "task worker", "sweeper"):
        assert services[name].environment["CLAMD_URL"] == "tcp://127.0.0.1:3310"


def test_a_scanner_of_its_own_is_started_for_nobody_who_names_one() -> None:
    services = {service.name: service for service in get_services(None)}

    assert "scanner" not in services
    assert "CLAMD_URL" not in services["web server"].environment


def test_every_address_that_is_told_leads_somewhere(settings: Any, tmp_path: Path) -> None:
    settings.LOGINS_FILE = tmp_path / "logins"
    told = StringIO()
    with socket.create_server(("127.0.0.1", 0)) as web:
        settings.HOST, settings.PORT = web.getsockname()[:2]

        Command(stdout=told).greet(None, Event())

    addresses = re.findall(rf"^(\w+):\s+{settings.SITE_URL}(/\S*)$", told.getvalue(), re.MULTILINE)
    assert [name for name, _path in addresses] == ["Site", "Admin", "API", "Mail"]
    assert all(resolve(path) for _name, path in addresses)


@pytest.mark.django_db(transaction=True)  # the worker locks what it takes
def test_without_redis_the_worker_works_off_the_databases_queue(
    settings: Any, mailoutbox: Any
) -> None:
    settings.REDIS_URL = ""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    tasks.wake(make_delivery().submission_id)
    assert mailoutbox == []

    call_command("work", batch=True)

    assert len(mailoutbox) == 1
