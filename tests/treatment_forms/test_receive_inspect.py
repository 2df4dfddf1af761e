"""Files that are not what they say do not come in; trouble of ours never refuses a good one."""

import sys

import pytest

from tests.treatment_forms.papers import lock, write_office, zip_up
from tests.treatment_forms.posting import (
    JPEG,
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    list_storage,
    post,
)
from tests.treatment_forms.rows import NOON
from tests.treatment_forms.samples import make_pdf
from treatment_forms.files import inspect
from treatment_forms.files.runner import Runner
from treatment_forms.models import StagedFile
from treatment_forms.services import rescan
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db

LAUNCH = make_pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>")
MACROS = write_office(parts={"word/vbaProject.bin": b"VBA"})
GOOD = Sent("good.pdf", PDF)


@pytest.fixture
def no_parsers(monkeypatch, settings):
    """A machine that starts no process, and no worker: the state after the answer is seen."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(inspect, "runner", Runner())
    monkeypatch.setattr(inspect, "warm_up", lambda: None)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    return monkeypatch


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Sent("photo.jpg", JPEG[:150]), "“photo.jpg” could not be opened: it is damaged"),
        (Sent("letter.docx", lock(b"")), "“letter.docx” is locked with a password"),
        (Sent("all.zip", zip_up({"viewer.exe": b"MZ"})), "“all.zip” holds something that we"),
        (Sent("report.pdf", LAUNCH), "“report.pdf” holds macros, scripts or other commands"),
        (Sent("letter.docx", MACROS), "“letter.docx” holds macros, scripts or other commands"),
        (Sent("letter.docx", zip_up({"a.txt": b"a"})), "“letter.docx” is not a kind of file"),
    ],
)
def test_a_bad_file_is_told_with_what_to_send_instead_and_the_others_stay(
    form_page, clamd, bad, words
):
    response = post(form_page, GOOD, bad)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert [row.name for row in StagedFile.objects.all()] == ["good.pdf"]
    assert len(list_storage()) == 1
    check_invariants(accepted=False)


def test_without_parsers_the_request_is_taken_and_nothing_is_open(form_page, clamd, no_parsers):
    files = (GOOD, Sent("two.png", PNG))

    follow(post(form_page, *files))

    submission = check_invariants(accepted=True, files=files)
    assert {row.verdict for row in submission.attachments.all()} == {Verdict.NOT_YET}


@pytest.mark.parametrize(
    ("content", "verdict"), [(PDF, Verdict.CLEAN), (LAUNCH, Verdict.UNSCANNABLE)]
)
def test_what_was_taken_without_parsers_is_looked_at_before_it_is_opened(
    form_page, clamd, no_parsers, content, verdict
):
    follow(post(form_page, Sent("report.pdf", content)))
    file = check_invariants(accepted=True, files=(Sent("report.pdf", content),)).attachments.get()

    rescan.rescan(file.pk, clock=lambda: file.due_at)
    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET
    assert file.due_at > NOON

    no_parsers.undo()
    rescan.rescan(file.pk, clock=lambda: file.due_at)
    file.refresh_from_db()
    assert file.verdict == verdict
