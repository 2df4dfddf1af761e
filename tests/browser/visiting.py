"""A visitor with files, and the form they meet."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.treatment_forms.pages import make_field, make_form_page
from treatment_forms import vault
from treatment_forms.models import Submission

UPLOADS = "**/api/v1/uploads**"
ROW = ".tf-upload"
SEND = "[data-tf-form] button[type=submit]"
PANEL = "[data-tf-wait]:not([hidden])"


def make_form(**attributes: Any) -> str:
    """The path of a short form: a name, an e-mail address, files."""
    fields = [make_field("singleline", "full_name"), make_field("email", "email")]
    page = make_form_page(*fields, make_field("files", "files", required=False), **attributes)
    return urlsplit(page.full_url).path


def make_files(folder: Path, *sizes: int) -> list[Path]:
    """Notes of that many bytes, no two alike, named as patients name them."""
    names = ("MRT Kopf", "выписка", "تقرير", "scan (2)", "файл 😷", "a&b", "x.y", "É", "9", "ten")
    files = []
    for at, size in enumerate(sizes):
        files.append(folder / f"{names[at % len(names)]} {at}.txt")
        files[-1].write_text((os.urandom(size).hex())[:size])
    return files


def open_form(page: Any, address: str) -> None:
    """To the moment where the page's own script has taken over."""
    page.goto(address)
    page.wait_for_selector(".tf-files--live")


def choose(page: Any, files: Sequence[Path] | Sequence[dict[str, Any]]) -> None:
    page.set_input_files("#tf-files", list(files))


def wait_for(page: Any, state: str, count: int = 1) -> None:
    page.wait_for_selector(f"{ROW}[data-state={state}] >> nth={count - 1}")


def states(page: Any) -> list[str]:
    return [row.get_attribute("data-state") for row in page.query_selector_all(ROW)]


def fill(page: Any, email: str = "anna@example.org") -> None:
    page.fill("[name=full_name]", "Anna Example")
    page.fill("[name=email]", email)


def send(page: Any) -> None:
    page.click(SEND)


def wait_for_thanks(page: Any) -> None:
    page.wait_for_selector(".tf-thanks__reference")


class Line:
    """The visitor's connection."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")

    def slow_down(self, bytes_per_second: int) -> None:
        self._set(uploadThroughput=bytes_per_second)

    def cut(self) -> None:
        self._set(offline=True)

    def restore(self) -> None:
        self._set()

    def _set(self, **told: Any) -> None:
        line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.session.send("Network.emulateNetworkConditions", {**line, **told})


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_received() -> list[tuple[str, str]]:
    """Name and checksum of each file of the one request that there is."""
    received = []
    for file in Submission.objects.get().attachments.all():
        with vault.fetch(file.stored_name) as content:
            received.append((file.name, digest(content.read())))
    return sorted(received)


def read_sent(files: Sequence[Path]) -> list[tuple[str, str]]:
    return sorted((file.name, digest(file.read_bytes())) for file in files)
