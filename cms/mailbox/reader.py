"""Reads what Django's file backend wrote: one file for each connection, mails one after another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

LINE = re.compile(rb"^-{79}\n", re.MULTILINE)
NEWEST = 100


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Mail:
    id: str
    message: EmailMessage

    @property
    def sent_at(self) -> datetime | None:
        date = self.message["Date"]
        return parsedate_to_datetime(date) if date else None

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def recipients(self) -> str:
        return str(self.message["To"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._get_body("plain")

    @property
    def html(self) -> str:
        return self._get_body("html")

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(
                part.get_filename() or "",
                part.get_content_type(),
                len(cast("bytes", part.get_payload(decode=True)) or b""),
            )
            for part in self.message.iter_attachments()
        ]

    def _get_body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


def read_newest(folder: Path) -> list[Mail]:
    """The newest mails first. A file that is still being written gives what it has so far."""
    if not folder.is_dir():
        return []
    mails: list[Mail] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        mails += reversed(list(read_file(path)))
        if len(mails) >= NEWEST:
            break
    return mails[:NEWEST]


def read_file(path: Path) -> Iterator[Mail]:
    for number, raw in enumerate(LINE.split(path.read_bytes())):
        if raw.strip():
            yield Mail(f"{path.stem}-{number}", message_from_bytes(raw, policy=policy.default))


def find(folder: Path, mail_id: str) -> Mail | None:
    return next((mail for mail in read_newest(folder) if mail.id == mail_id), None)
