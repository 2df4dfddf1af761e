"""Before a file is given away for the first time it is scanned with what the scanner has learnt."""

from functools import partial

import pytest
from django.urls import reverse

from tests.treatment_forms.conftest import use_clamd
from tests.treatment_forms.people import DOWNLOAD, VIEW, log_in, make_staff
from tests.treatment_forms.posting import PDF
from tests.treatment_forms.rows import FORM_KEY, NOON, make_attachment, make_submission
from tests.wire.clamd import TROUBLE, Mood
from tests.wire.smtp import get_closed_port
from treatment_forms import vault
from treatment_forms.downloads import get_disposition
from treatment_forms.errors import FileClosed, ScannerTrouble, StorageDown
from treatment_forms.models import Alarm, Attachment, SubmissionEvent
from treatment_forms.scanners import versions
from treatment_forms.services import rescan
from treatment_forms.services.download import open_file
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db
OLD = "ClamAV 1.4.6/26999/Sat Nov 21 08:00:00 2026"
QUICK_TROUBLE = TROUBLE - {
    Mood.REFUSE,
    Mood.HANG_CONNECT,
    Mood.HANG_READ,
    Mood.HANG_ANSWER,
    Mood.SLOW,
    Mood.DRIP,
}


@pytest.fixture
def opened():
    return partial(open_file, kind=SubmissionEvent.Kind.DOWNLOADED, clock=lambda: NOON)


def make_file(**fields):
    fields = {"verdict": Verdict.CLEAN, "scanned_with": OLD, **fields}
    return make_attachment(make_submission(), **fields)


def read(content):
    with content:
        return content.read()


def test_a_file_is_scanned_again_when_the_scanner_has_learnt(clamd, opened):
    file = make_file()

    assert read(opened(file.pk)) == PDF

    file.refresh_from_db()
    assert clamd.received == [PDF]
    assert (file.verdict, file.scanned_with) == (Verdict.CLEAN, clamd.version)
    assert file.downloaded_at == NOON
    assert file.submission.events.get().detail == {"attachment": file.pk}


def test_a_file_is_not_scanned_again_for_nothing(clamd, opened):
    known = make_file(scanned_with=clamd.version)
    given = make_file(downloaded_at=NOON)

    for file in (known, given):
        opened(file.pk).close()

    assert clamd.received == []


def test_the_second_download_is_not_scanned_again(clamd, opened):
    file = make_file()

    for _time in range(2):
        opened(file.pk).close()

    assert len(clamd.received) == 1
    assert file.submission.events.count() == 2


@pytest.mark.parametrize("verdict", [Verdict.CLEAN, Verdict.RELEASED])
def test_malware_that_is_known_by_now_is_deleted_and_told(clamd, opened, verdict):
    clamd.mood = Mood.FOUND
    file = make_file(verdict=verdict)

    with pytest.raises(FileClosed):
        opened(file.pk)

    stored_name = file.stored_name
    file.refresh_from_db()
    event = file.submission.events.get()
    assert (file.verdict, file.stored_name, file.due_at) == (Verdict.INFECTED, "", None)
    assert (event.source, event.target) == (verdict, Verdict.INFECTED)
    assert event.detail["sha256"] == file.sha256
    assert Alarm.objects.get().kind == Alarm.Kind.MALWARE
    with pytest.raises(StorageDown):
        vault.fetch(stored_name)


def test_malware_whose_bytes_cannot_be_deleted_now_is_closed_and_due(clamd, opened, monkeypatch):
    def broken(self, name):
        raise OSError("disk")

    monkeypatch.setattr(type(vault._storage()), "delete", broken)
    clamd.mood = Mood.FOUND
    file = make_file()

    with pytest.raises(FileClosed):
        opened(file.pk)

    file.refresh_from_db()
    assert (file.verdict, file.due_at) == (Verdict.INFECTED, NOON)
    assert not file.is_openable


def test_what_cannot_be_checked_any_more_is_closed(clamd, opened):
    clamd.mood = Mood.ENCRYPTED
    file = make_file()

    with pytest.raises(FileClosed):
        opened(file.pk)

    file.refresh_from_db()
    assert (file.verdict, file.downloaded_at) == (Verdict.UNSCANNABLE, None)


@pytest.mark.parametrize("mood", sorted(QUICK_TROUBLE, key=lambda mood: mood.name))
def test_scanner_trouble_opens_no_file_and_a_worker_checks_it_again(clamd, opened, mood):
    clamd.mood = mood
    file = make_file()

    with pytest.raises(FileClosed):
        opened(file.pk)

    file.refresh_from_db()
    assert (file.verdict, file.due_at) == (Verdict.NOT_YET, NOON)
    clamd.mood = Mood.CLEAN
    rescan.rescan(file.pk, clock=lambda: NOON)
    assert read(opened(file.pk)) == PDF


def test_a_scanner_that_is_down_opens_no_file_that_it_may_know_more_of(settings, opened):
    url = f"tcp://127.0.0.1:{get_closed_port()}"
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": url}
    file = make_file()

    with pytest.raises(FileClosed):
        opened(file.pk)

    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET


@pytest.mark.parametrize("mood", [Mood.ERROR, Mood.ENCRYPTED, Mood.CLEAN])
def test_a_released_file_stays_released_until_malware_is_found(clamd, opened, mood):
    clamd.mood = mood
    file = make_file(verdict=Verdict.RELEASED, scanned_with="")

    assert read(opened(file.pk)) == PDF

    file.refresh_from_db()
    assert file.verdict == Verdict.RELEASED


def test_without_a_scanner_nothing_has_been_learnt(opened):
    file = make_file()

    assert read(opened(file.pk)) == PDF


@pytest.mark.parametrize("verdict", [Verdict.NOT_YET, Verdict.INFECTED, Verdict.UNSCANNABLE])
def test_a_closed_file_is_not_even_looked_at(clamd, opened, verdict):
    file = make_file(verdict=verdict)

    with pytest.raises(FileClosed):
        opened(file.pk)

    assert clamd.connections == 0
    assert not file.submission.events.exists()


def test_a_verdict_that_comes_while_the_bytes_are_fetched_wins(opened, monkeypatch):
    file = make_file()
    real = vault.fetch

    def fetch(name):
        Attachment.objects.update(verdict=Verdict.INFECTED)
        return real(name)

    monkeypatch.setattr(vault, "fetch", fetch)
    with pytest.raises(FileClosed):
        opened(file.pk)

    assert not file.submission.events.exists()


# --- Versions ------------------------------------------------------------------------


def test_the_version_is_asked_once_a_minute(clamd, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(versions.time, "monotonic", lambda: now)
    assert [versions.get_version() for _time in range(3)] == [clamd.version] * 3
    assert clamd.connections == 1
    clamd.version = "ClamAV 1.4.6/27001/Mon Nov 23 08:00:00 2026"

    now += versions.KEPT_SECONDS

    assert versions.get_version() == clamd.version
    assert clamd.connections == 2


def test_signatures_without_a_number_are_never_known_to_be_the_same(clamd):
    clamd.version = "ClamAV 1.4.6"

    assert versions.has_learnt("ClamAV 1.4.6")


def test_a_version_that_was_not_told_is_trouble_and_asked_again(settings, clamd):
    url = f"tcp://127.0.0.1:{get_closed_port()}"
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": url}
    with pytest.raises(ScannerTrouble):
        versions.has_learnt(OLD)

    use_clamd(settings, clamd)

    assert versions.has_learnt(OLD)


def test_a_worker_puts_down_what_it_scanned_with(clamd):
    file = make_file(verdict=Verdict.NOT_YET, scanned_with="")

    rescan.rescan(file.pk, clock=lambda: NOON)

    file.refresh_from_db()
    assert file.scanned_with == clamd.version


# --- In the desk ---------------------------------------------------------------------


@pytest.fixture
def coordinator():
    return log_in(make_staff("coordinator", VIEW, DOWNLOAD, forms=(FORM_KEY,)))


@pytest.mark.parametrize(
    ("mood", "said"),
    [(Mood.ERROR, "is being checked again"), (Mood.FOUND, "was checked again and is closed")],
)
def test_staff_read_why_a_file_did_not_come(settings, coordinator, clamd, mood, said):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    clamd.mood = mood
    file = make_file()
    url = reverse("treatment_forms_desk:file", args=[file.submission.reference, 1])

    page = coordinator.get(url, follow=True)

    assert said in page.content.decode()
    assert page.redirect_chain[0][0].endswith(f"{file.submission.reference}/")


# --- Names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("report.pdf", "report.pdf", None),
        ("Снимок.pdf", "file.pdf", "%D0%A1%D0%BD%D0%B8%D0%BC%D0%BE%D0%BA.pdf"),
        ("Arztbrief Müller.pdf", "Arztbrief Muller.pdf", "Arztbrief%20M%C3%BCller.pdf"),
        ("تقرير.jpg", "file.jpg", "%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.jpg"),
        ('a"b;c.pdf', "a_b_c.pdf", "a%22b%3Bc.pdf"),
        ("100%25.pdf", "100_25.pdf", "100%2525.pdf"),
        ("😀", "file", "%F0%9F%98%80"),
        ("a/b\\c.pdf", "a_b_c.pdf", None),
    ],
)
def test_a_name_goes_in_its_own_letters_and_in_ascii(name, plain, encoded):
    more = f"; filename*=UTF-8''{encoded}" if encoded else ""

    assert get_disposition(name) == f'attachment; filename="{plain}"{more}'
