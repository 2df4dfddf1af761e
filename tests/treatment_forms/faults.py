"""What can go wrong around a request, each as a world to post and send in.

Each fault is a context manager that makes one thing fail at its wire and heals it at its end.
Faults of one layer exclude each other; of different layers they come in pairs.
"""

import contextlib
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from freezegun import freeze_time

from tests.wire.clamd import Mood, fake_clamd
from tests.wire.esp import provider
from tests.wire.smtp import DRIP, DROP, HANG, get_closed_port, smtp_server
from treatment_forms import conf

Enter = Callable[[Any], contextlib.AbstractContextManager[None]]
SEED = 20261122
SMTP = "treatment_forms.mail.smtp.EmailBackend"


@dataclass(frozen=True)
class Fault:
    """
    Attributes:
        ends: what a mail comes to while it lasts: "later", or "dead" for a permanent error.
    """

    layer: str
    name: str
    enter: Enter
    ends: str = "later"

    def __str__(self) -> str:
        return f"{self.layer} {self.name}"


def be_quick(monkeypatch: Any) -> None:
    """The same waiting, in less time."""
    monkeypatch.setattr(conf, "SCAN_CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(conf, "SCAN_REQUEST_SECONDS", 0.5)
    monkeypatch.setattr(conf, "SCAN_FILE_SECONDS", 0.5)
    for module in ("treatment_forms.mail.smtp", "treatment_forms.mail.transport"):
        monkeypatch.setattr(f"{module}.MAIL_CONNECT_SECONDS", 0.3)
        monkeypatch.setattr(f"{module}.MAIL_READ_SECONDS", 0.3)


def tell(settings: Any, **changes: Any) -> None:
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, **changes}


# --- The scanner ----------------------------------------------------------------------


def scanner(mood: Mood) -> Fault:
    @contextlib.contextmanager
    def enter(settings: Any) -> Iterator[None]:
        with fake_clamd(mood, seconds=2) as clamd:
            tell(settings, CLAMD_URL=clamd.url)
            yield

    return Fault("scanner", mood.name.lower(), enter)


# --- The mail -------------------------------------------------------------------------


def smtp(name: str, *, ends: str = "later", **behaviour: Any) -> Fault:
    @contextlib.contextmanager
    def enter(settings: Any) -> Iterator[None]:
        with smtp_server(**behaviour) as server:
            point_at_smtp(settings, server.port)
            yield

    return Fault("mail", f"smtp {name}", enter, ends)


def point_at_smtp(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def esp(name: str, *, ends: str = "later", **behaviour: Any) -> Fault:
    @contextlib.contextmanager
    def enter(settings: Any) -> Iterator[None]:
        with provider("postmark", **behaviour) as endpoint:
            point_at_esp(settings, endpoint.url)
            yield

    return Fault("mail", f"esp {name}", enter, ends)


def point_at_esp(settings: Any, url: str) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "POSTMARK_API_URL": url}


@contextlib.contextmanager
def no_smtp(settings: Any) -> Iterator[None]:
    point_at_smtp(settings, get_closed_port())
    yield


@contextlib.contextmanager
def no_esp(settings: Any) -> Iterator[None]:
    point_at_esp(settings, f"http://127.0.0.1:{get_closed_port()}/")
    yield


# --- What lies underneath -------------------------------------------------------------


@contextlib.contextmanager
def no_storage(settings: Any) -> Iterator[None]:
    """A folder below a file: every write and read fails as on a disk that is gone."""
    whole = settings.STORAGES
    folder = whole["attachments"]["OPTIONS"]["location"].with_name("a file")
    folder.write_bytes(b"")
    try:
        options = {"location": folder / "below"}
        broken = {**whole["attachments"], "OPTIONS": options}
        settings.STORAGES = {**whole, "attachments": broken}
        yield
    finally:
        folder.unlink()
        settings.STORAGES = whole


@contextlib.contextmanager
def no_queue(settings: Any) -> Iterator[None]:
    """A queue that is not there: waking it fails, and the sweep does everything."""
    whole = settings.TASKS
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.no_such.Backend"}}
    try:
        yield
    finally:
        settings.TASKS = whole


def clock(name: str, jump: timedelta) -> Fault:
    @contextlib.contextmanager
    def enter(settings: Any) -> Iterator[None]:
        with freeze_time(timezone.now() + jump, tick=True):
            yield

    return Fault("clock", name, enter)


SCANNER = tuple(scanner(mood) for mood in Mood if mood not in {Mood.CLEAN, Mood.FOUND})
MAIL = (
    Fault("mail", "smtp refused", no_smtp),
    smtp("hangs at its banner", banner=HANG),
    smtp("hangs in the message", data=HANG),
    smtp("hangs after the dot", dot=HANG),
    smtp("drips", ehlo=DRIP),
    smtp("421", banner=b"421 too busy"),
    smtp("451 for the recipient", rcpt=b"451 later"),
    smtp("452 after the dot", dot=b"452 no room"),
    smtp("550 for the recipient", rcpt=b"550 nobody here", ends="dead"),
    smtp("554 after the dot", dot=b"554 refused", ends="dead"),
    smtp("hangs up before the dot", data=DROP),
    smtp("hangs up after the dot", dot=DROP),
    Fault("mail", "esp refused", no_esp),
    esp("hangs", seconds=1),
    esp("429", status=429, headers={"Retry-After": "30"}),
    esp("500", status=500),
    esp("503", status=503),
    esp("bad JSON", body=b"<html>not what you think"),
    esp("empty answer", body=b"{}"),
    esp("422", status=422, body=b'{"ErrorCode": 300, "Message": "no"}', ends="dead"),
)
UNDERNEATH = (
    Fault("storage", "gone", no_storage),
    Fault("queue", "gone", no_queue),
    clock("three days fast", timedelta(days=3)),
    clock("three hours slow", timedelta(hours=-3)),
)
FAULTS = (*SCANNER, *MAIL, *UNDERNEATH)
PAIRS = [pair for pair in itertools.combinations(FAULTS, 2) if pair[0].layer != pair[1].layer]


def sample(count: int) -> list[tuple[Fault, Fault]]:
    """The same pairs in every run."""
    return random.Random(SEED).sample(PAIRS, count)
