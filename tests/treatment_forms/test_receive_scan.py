"""Whatever the scanner does: the request is taken, and nothing is open that was not found clean."""

import time

import pytest

from tests.treatment_forms.conftest import use_clamd
from tests.treatment_forms.posting import (
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    list_storage,
    post,
)
from tests.wire.clamd import EICAR, TROUBLE, Mood, fake_clamd
from treatment_forms import conf
from treatment_forms.models import StagedFile
from treatment_forms.services.scan import IN_FLIGHT, InlineScanner
from treatment_forms.states import DeliveryState, Verdict

pytestmark = pytest.mark.django_db

FILES = (Sent("one.pdf", PDF), Sent("two.png", PNG), Sent("three.txt", b"three"))
EVIL = Sent("evil.txt", EICAR.encode())


@pytest.fixture(autouse=True)
def _without_a_worker(settings):
    """So that the state after the answer is seen."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.mark.parametrize("mood", sorted(TROUBLE, key=lambda mood: mood.name))
def test_a_scanner_in_trouble_loses_nothing_opens_nothing_and_delays_little(
    form_page, settings, monkeypatch, mood
):
    monkeypatch.setattr(conf, "SCAN_CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(conf, "SCAN_REQUEST_SECONDS", 0.6)
    with fake_clamd(mood, seconds=20) as clamd:
        use_clamd(settings, clamd)
        started = time.monotonic()
        response = post(form_page, *FILES)
        taken = time.monotonic() - started
        thanks = follow(response).content.decode()

    submission = check_invariants(accepted=True, files=FILES)
    rows = submission.attachments.all()
    assert {row.verdict for row in rows} == {Verdict.NOT_YET}
    assert not any(row.is_openable for row in rows)
    assert all(row.due_at == submission.received_at for row in rows)
    delivery = submission.deliveries.get(kind="coordinator")
    assert delivery.state == DeliveryState.WAITING
    assert delivery.due_at == submission.received_at + conf.MAIL_GRACE
    assert "still being checked" in thanks
    assert taken < 10
    assert not any(row.scanned_with for row in rows)
    assert clamd.connections <= 2 + IN_FLIGHT  # for its version, and for the first files


@pytest.mark.parametrize("mood", [Mood.TOO_DEEP, Mood.ENCRYPTED])
def test_what_cannot_be_scanned_is_taken_and_stays_closed(form_page, settings, mood):
    with fake_clamd(mood) as clamd:
        use_clamd(settings, clamd)
        follow(post(form_page, *FILES))

    submission = check_invariants(accepted=True, files=FILES)
    rows = submission.attachments.all()
    assert {row.verdict for row in rows} == {Verdict.UNSCANNABLE}
    assert not any(row.is_openable for row in rows)
    assert submission.deliveries.get(kind="coordinator").state == DeliveryState.PENDING


def test_clean_files_are_open_and_the_mail_is_due_at_once(form_page, clamd):
    thanks = follow(post(form_page, *FILES)).content.decode()

    submission = check_invariants(accepted=True, files=FILES)
    assert all(row.is_openable for row in submission.attachments.all())
    assert {row.scanned_with for row in submission.attachments.all()} == {clamd.version}
    assert all(row.due_at is None for row in submission.attachments.all())
    assert submission.deliveries.get(kind="coordinator").state == DeliveryState.PENDING
    assert "still being checked" not in thanks


def test_where_there_is_no_scanner_the_mail_does_not_wait_for_one(form_page):
    follow(post(form_page, *FILES))

    submission = check_invariants(accepted=True, files=FILES)
    assert {row.verdict for row in submission.attachments.all()} == {Verdict.NOT_YET}
    assert submission.deliveries.get(kind="coordinator").state == DeliveryState.PENDING


def test_malware_is_deleted_the_others_stay_and_its_name_is_not_told(form_page, clamd, caplog):
    response = post(form_page, FILES[0], EVIL, FILES[1])

    assert response.status_code == 422
    text = response.content.decode()
    assert "“evil.txt” did not pass the safety check" in text
    assert "Eicar" not in text
    check_invariants(accepted=False)
    assert [row.name for row in StagedFile.objects.order_by("pk")] == ["one.pdf", "two.png"]
    assert len(list_storage()) == 2
    assert "Malware refused" in caplog.text
    assert "evil.txt" not in caplog.text


def test_malware_found_while_the_scanner_is_dying_keeps_the_others_unopened(form_page, settings):
    with fake_clamd(Mood.FOUND) as clamd:
        use_clamd(settings, clamd)
        response = post(form_page, *FILES)

    assert response.status_code == 422
    assert not StagedFile.objects.exists()
    check_invariants(accepted=False)


def test_the_next_file_is_read_while_the_scanner_thinks_and_each_gets_its_own_verdict(settings):
    told = []

    with fake_clamd(Mood.SLOW, seconds=1) as clamd:
        use_clamd(settings, clamd)
        scanner = InlineScanner()
        for number in range(IN_FLIGHT):
            scanner.begin()
            scanner.feed(b"%d" % number)
            scanner.finish(lambda verdict, number=number: told.append((number, verdict)))
        assert told == []
        scanner.collect()

    assert told == [(number, Verdict.CLEAN) for number in range(IN_FLIGHT)]


@pytest.mark.parametrize("place", range(IN_FLIGHT + 2))
def test_malware_is_found_wherever_it_stands(form_page, clamd, place):
    files = [Sent(f"{number}.txt", b"%d" % number) for number in range(IN_FLIGHT + 1)]
    files.insert(place, EVIL)

    assert post(form_page, *files).status_code == 422

    assert StagedFile.objects.count() == IN_FLIGHT + 1
    assert not StagedFile.objects.filter(name=EVIL.name).exists()
    check_invariants(accepted=False)
