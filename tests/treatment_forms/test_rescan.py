"""Files without a verdict, scanned again by the worker."""

import contextlib
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from tests.treatment_forms.samples import PDF
from tests.wire.clamd import Mood, fake_clamd
from tests.wire.smtp import get_closed_port
from treatment_forms import conf, vault
from treatment_forms.errors import StorageDown
from treatment_forms.models import Alarm, SubmissionEvent
from treatment_forms.services import rescan
from treatment_forms.states import DeliveryState, Verdict

pytestmark = pytest.mark.django_db
noon = partial(lambda at: at, NOON)


@pytest.fixture
def scan_with(settings):
    def point(url):
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": url}

    return point


@pytest.mark.parametrize(
    ("mood", "verdict"),
    [
        (Mood.CLEAN, Verdict.CLEAN),
        (Mood.FOUND, Verdict.INFECTED),
        (Mood.ENCRYPTED, Verdict.UNSCANNABLE),
        (Mood.TOO_DEEP, Verdict.UNSCANNABLE),
    ],
)
def test_a_verdict_is_put_down_and_told(scan_with, mood, verdict):
    file = make_attachment(make_submission())

    with fake_clamd(mood) as clamd:
        scan_with(clamd.url)
        assert rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    event = file.submission.events.get()
    assert clamd.received == [PDF]
    assert (file.verdict, file.verdict_at, file.due_at) == (verdict, NOON, None)
    assert (event.kind, event.source, event.target) == ("verdict", "not_yet", verdict)
    assert event.detail == {"attachment": file.pk, "sha256": file.sha256}


def test_the_bytes_of_malware_are_deleted_and_its_hash_stays(scan_with):
    file = make_attachment(make_submission())
    stored_name = file.stored_name

    with fake_clamd(Mood.FOUND) as clamd:
        scan_with(clamd.url)
        rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    assert file.stored_name == ""
    assert not file.is_openable
    with pytest.raises(StorageDown):
        vault.fetch(stored_name)
    assert file.submission.events.get().detail["sha256"] == file.sha256


def test_malware_whose_bytes_could_not_be_deleted_is_due_until_they_are(scan_with, monkeypatch):
    file = make_attachment(make_submission())
    storage = type(vault._storage())
    real = storage.delete

    def broken(self, name):
        raise OSError("disk")

    monkeypatch.setattr(storage, "delete", broken)
    with fake_clamd(Mood.FOUND) as clamd:
        scan_with(clamd.url)
        assert not rescan.rescan(file.pk, clock=noon)
        file.refresh_from_db()
        assert (file.verdict, bool(file.stored_name)) == (Verdict.INFECTED, True)
        assert not file.is_openable
        monkeypatch.setattr(storage, "delete", real)
        rescan.rescan(file.pk, clock=lambda: file.due_at)

    file.refresh_from_db()
    assert (file.stored_name, file.due_at) == ("", None)
    assert len(clamd.received) == 1


@pytest.mark.parametrize(
    "mood",
    [Mood.CUT_ANSWER, Mood.NOTHING, Mood.ERROR, Mood.SIZE_LIMIT, Mood.RUBBISH, Mood.CLOSE_EARLY],
)
def test_doubt_never_opens_a_file(scan_with, mood):
    file = make_attachment(make_submission())

    with fake_clamd(mood) as clamd:
        scan_with(clamd.url)
        assert not rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET
    assert timedelta(seconds=53) < file.due_at - NOON < timedelta(seconds=67)


@pytest.mark.parametrize("url", ["", "down"])
def test_without_a_scanner_a_file_stays_unopened_and_due(scan_with, url):
    file = make_attachment(make_submission())
    scan_with(url and f"tcp://127.0.0.1:{get_closed_port()}")

    assert not rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    assert (file.verdict, file.scan_attempts) == (Verdict.NOT_YET, 1)
    assert file.due_at > NOON


def test_a_file_that_cannot_be_fetched_is_tried_again(scan_with):
    file = make_attachment(make_submission())
    vault.discard(file.stored_name)

    with fake_clamd() as clamd:
        scan_with(clamd.url)
        assert not rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET
    assert file.due_at > NOON


def test_what_goes_wrong_with_one_file_does_not_stop_the_next(scan_with, monkeypatch, caplog):
    file = make_attachment(make_submission(), name="Vera.pdf")

    def broken(name):
        raise ZeroDivisionError("Vera.pdf")

    monkeypatch.setattr(vault, "fetch", broken)
    with fake_clamd() as clamd:
        scan_with(clamd.url)
        assert rescan.rescan(file.pk, clock=noon)

    file.refresh_from_db()
    assert file.due_at > NOON
    assert "Vera" not in caplog.text


def test_mails_wait_for_the_last_file(scan_with):
    submission = make_submission()
    files = [make_attachment(submission), make_attachment(submission)]
    delivery = make_delivery(submission, state=DeliveryState.WAITING, due_at=NOON + conf.MAIL_GRACE)

    with fake_clamd() as clamd:
        scan_with(clamd.url)
        rescan.rescan(files[0].pk, clock=noon)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.WAITING
        rescan.rescan(files[1].pk, clock=noon)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at) == (DeliveryState.PENDING, NOON)


def test_a_mail_that_left_is_not_called_back_by_a_late_verdict(scan_with):
    submission = make_submission()
    file = make_attachment(submission)
    delivery = make_delivery(submission, state=DeliveryState.ACCEPTED, due_at=None)

    with fake_clamd() as clamd:
        scan_with(clamd.url)
        rescan.rescan(file.pk, clock=noon)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED


def test_staff_hear_once_of_files_that_stay_unchecked():
    submission = make_submission()
    files = [make_attachment(submission), make_attachment(submission)]
    early = NOON + conf.SCAN_OVERDUE_AFTER - timedelta(minutes=1)
    late = NOON + conf.SCAN_OVERDUE_AFTER

    rescan.rescan(files[0].pk, clock=lambda: early)
    assert not Alarm.objects.exists()
    for file in files:
        file.refresh_from_db()
        rescan.rescan(file.pk, clock=partial(max, file.due_at, late))

    assert Alarm.objects.get().kind == Alarm.Kind.SCAN_OVERDUE


def test_of_two_workers_on_one_file_one_wins():
    file = make_attachment(make_submission())

    assert rescan.claim(file.pk, at=NOON) is not None
    assert rescan.claim(file.pk, at=NOON) is None


def test_a_dead_workers_file_is_due_again_when_its_lease_is_over():
    file = make_attachment(make_submission())
    rescan.claim(file.pk, at=NOON)
    lease = timedelta(seconds=conf.get("LEASE_SECONDS"))

    assert rescan.claim(file.pk, at=NOON + lease - timedelta(seconds=1)) is None
    assert rescan.claim(file.pk, at=NOON + lease) is not None


def test_a_verdict_under_a_lost_lease_is_not_put_down(scan_with):
    file = make_attachment(make_submission())
    mine = rescan.claim(file.pk, at=NOON)
    rescan.claim(file.pk, at=NOON + timedelta(hours=1))

    with fake_clamd() as clamd:
        scan_with(clamd.url)
        with contextlib.suppress(rescan.Stale):
            rescan._judge(mine, clock=noon)

    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_the_scanner_thinks(scan_with):
    file = make_attachment(make_submission())

    def work():
        rescan.rescan(file.pk)
        connection.close()

    with fake_clamd(Mood.SLOW) as clamd:
        scan_with(clamd.url)
        thread = threading.Thread(target=work)
        thread.start()
        while not clamd.received:
            thread.join(0.01)
        make_submission()  # a write that would wait for a lock
        thread.join(10)

    file.refresh_from_db()
    assert file.verdict == Verdict.CLEAN
    assert file.submission.events.filter(kind=SubmissionEvent.Kind.VERDICT).count() == 1


def test_looking_for_due_files_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rescan.get_due(NOON)
