"""`make run`: the whole site on a newcomer's machine."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms import clamd
from cms.logins import load_logins
from cms.supervisor import Service, run

ROOT = Path(__file__).resolve().parents[3]
MANAGE = (sys.executable, str(ROOT / "manage.py"))
EICAR_ONLY = (
    "Scanner: clamd with a test signature only, so it finds the EICAR test file and no real "
    "malware. For real signatures: sudo apt install clamav-freshclam && sudo freshclam"
)
NO_SCANNER = (
    "Scanner: none. Files stay 'not yet checked' and nobody can open them. "
    f"To add one: {clamd.INSTALL}, then start again."
)


class Command(BaseCommand):
    help = "Prepare the database, then run web server, task worker, sweeper, publisher and clamd."
    requires_system_checks = []  # the database may not exist yet; migrate checks

    def handle(self, *args: Any, **options: Any) -> None:
        check_port_is_free()
        prepare()
        stopping = Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        with TemporaryDirectory(prefix="clamd-") as folder:
            scanner = None if settings.CLAMD_URL else clamd.prepare(Path(folder))
            Thread(target=self.greet, args=[scanner, stopping], daemon=True).start()
            run(list(get_services(scanner)), stopping)

    def greet(self, scanner: clamd.Clamd | None, stopping: Event) -> None:
        """Say where everything is, as soon as the addresses answer."""
        while not is_listening() and not stopping.wait(0.2):
            pass
        lines = [
            f"Site:    {settings.SITE_URL}/",
            f"Admin:   {settings.SITE_URL}/admin/",
            *(
                f"         {name} / {password}"
                for name, password in load_logins(settings.LOGINS_FILE).items()
            ),
            f"API:     {settings.SITE_URL}/api/v1/docs",
            f"Mail:    {settings.SITE_URL}/dev/mail/",
        ]
        if settings.CLAMD_URL:
            lines.append(f"Scanner: {settings.CLAMD_URL}")
        elif scanner is None:
            lines.append(self.style.WARNING(NO_SCANNER))
        elif scanner.knows_malware:
            lines.append(f"Scanner: clamd on {scanner.url}")
        else:
            lines.append(self.style.WARNING(EICAR_ONLY))
        lines.append("Ctrl-C stops everything.")
        self.stdout.write("\n".join(["", *lines, ""]))


def check_port_is_free() -> None:
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {settings.HOST}:{settings.PORT} ({error.strerror}). "
                "Choose another port: make run PORT=8001"
            ) from error


def is_listening() -> bool:
    try:
        socket.create_connection((settings.HOST, settings.PORT), 1).close()
    except OSError:
        return False
    return True


def prepare() -> None:
    """Each step finds its work done when it is run again."""
    call_command("set_up")
    call_command("load_demo", if_empty=True)


def get_services(scanner: clamd.Clamd | None) -> Iterator[Service]:
    # What a visitor sees here is what a visitor sees in production, error pages included.
    environment = {"DEBUG": os.environ.get("DEBUG", "false")}
    if scanner is not None:
        yield Service("scanner", scanner.command, log=ROOT / "var" / "clamd.log")
        environment["CLAMD_URL"] = scanner.url
    yield Service("web server", get_web_command(), environment)
    yield Service("task worker", [*MANAGE, "work"], environment)
    yield Service("sweeper", [*MANAGE, "sweep", "--loop"], environment)
    yield Service("publisher", [*MANAGE, "publish_scheduled", "--loop", "30"], environment)


def get_web_command() -> list[str]:
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return [
        *(sys.executable, "-m", "gunicorn", "cms.wsgi", f"--chdir={ROOT}"),
        *(f"--bind={host}:{settings.PORT}", "--env=DJANGO_SETTINGS_MODULE=cms.settings.dev"),
        *("--workers=2", "--threads=8", "--worker-class=gthread", "--timeout=120"),
        *("--graceful-timeout=5", "--log-level=error", "--no-control-socket"),
    ]
