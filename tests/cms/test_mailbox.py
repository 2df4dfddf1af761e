from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from tests.checks import PRODUCTION
from tests.cms.test_settings import read


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mail"
    return settings.MAILBOX_DIR


def send(folder: Path, *messages: EmailMultiAlternatives) -> None:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    get_connection(backend, file_path=folder).send_messages(messages)


def make_mail(subject: str = "Request TR-1", text: str = "Hello") -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(subject, text, "site@example.org", ["desk@example.org"])
    mail.extra_headers["Reply-To"] = "patient@example.org"
    mail.attach_alternative("<p>Hello <script>alert(1)</script></p>", "text/html")
    mail.attach("Снимок.png", b"x" * 2048, "image/png")
    return mail


def get_first(folder: Path) -> str:
    return Client().get("/dev/mail/").context["mails"][0].id


def test_an_empty_or_missing_folder_is_an_empty_mailbox(folder: Path) -> None:
    response = Client().get("/dev/mail/")

    assert response.status_code == 200
    assert list(response.context["mails"]) == []


def test_every_mail_is_listed_the_newest_first(folder: Path) -> None:
    send(folder, make_mail("First"), make_mail("Second"))

    mails = Client().get("/dev/mail/").context["mails"]

    assert [mail.subject for mail in mails] == ["Second", "First"]


def test_one_mail_shows_headers_text_and_attachments(folder: Path) -> None:
    send(folder, make_mail(text="Line of text\n" + "-" * 80))

    text = Client().get(f"/dev/mail/{get_first(folder)}/").content.decode()

    for part in ("Reply-To", "patient@example.org", "Line of text", "Снимок.png", "2.0"):
        assert part in text
    assert "alert(1)" not in text


def test_the_html_of_a_mail_may_do_nothing(folder: Path) -> None:
    send(folder, make_mail())

    response = Client().get(f"/dev/mail/{get_first(folder)}/html/")

    assert "alert(1)" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db  # the page that says so shows the site's menu
@pytest.mark.parametrize("mail_id", ["nothing-0", "..%2f..%2fvar%2flogins", "20260101-000000-1-9"])
def test_an_unknown_mail_is_not_found(folder: Path, mail_id: str) -> None:
    send(folder, make_mail())

    assert Client().get(f"/dev/mail/{mail_id}/").status_code == 404


def test_a_mail_in_the_middle_of_being_written_breaks_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / "20260101-000000-1.log").write_bytes(b"Subject: half a he")

    assert Client().get("/dev/mail/").status_code == 200
    assert Client().get(f"/dev/mail/{get_first(folder)}/").status_code == 200


def test_production_has_no_such_address() -> None:
    assert "cms.mailbox" in read("dev")["INSTALLED_APPS"]
    assert "cms.mailbox" not in read("production", **PRODUCTION)["INSTALLED_APPS"]
