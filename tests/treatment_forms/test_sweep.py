"""The guarantee: what is due is done, whatever is killed, down or broken."""

import logging
import signal
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from tests.treatment_forms.rows import (
    FORM_KEY,
    NOON,
    make_attachment,
    make_delivery,
    make_submission,
)
from tests.treatment_forms.worker import bench, kill, stop, wait_for
from tests.wire.clamd import Mood, fake_clamd
from tests.wire.smtp import get_closed_port, smtp_server
from treatment_forms import tasks, vault
from treatment_forms.errors import StorageDown
from treatment_forms.management.commands import sweep
from treatment_forms.models import Attachment, Delivery, Replay, StagedFile, Tally
from treatment_forms.services import deliver
from treatment_forms.services.expire import expire
from treatment_forms.states import DeliveryState, Verdict

pytestmark = pytest.mark.django_db


def make_staged(**fields):
    return StagedFile.objects.create(
        name="a.pdf",
        size=3,
        sha256="0" * 64,
        media_type="application/pdf",
        stored_name=vault.store(ContentFile(b"abc")),
        form_key=FORM_KEY,
        staged_at=NOON,
        **fields,
    )


# --- One pass ------------------------------------------------------------------------


def test_it_sends_scans_and_then_sends_what_waited_for_the_scan(settings, mailoutbox):
    submission = make_submission()
    file = make_attachment(submission)
    later = timezone.now() + timedelta(minutes=4)
    waiting = make_delivery(submission, state=DeliveryState.WAITING, due_at=later)
    due = make_delivery()

    with fake_clamd() as clamd:
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}
        call_command("sweep")

    file.refresh_from_db()
    assert file.verdict == Verdict.CLEAN
    sent = [message.extra_headers["Message-ID"] for message in mailoutbox]
    assert sent == [due.message_id, waiting.message_id]
    assert "Clean" in mailoutbox[1].body


def test_a_mail_goes_although_the_scanner_is_down(settings, mailoutbox):
    url = f"tcp://127.0.0.1:{get_closed_port()}"
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": url}
    submission = make_submission()
    files = [make_attachment(submission) for _number in range(3)]
    make_delivery(submission, state=DeliveryState.WAITING)

    call_command("sweep")

    assert "Being checked" in mailoutbox[0].body
    attempts = sum(type(file).objects.get(pk=file.pk).scan_attempts for file in files)
    assert attempts == 1  # the first trouble ends the turn


def test_an_empty_pass_costs_two_queries(django_assert_num_queries):
    command = sweep.Command()
    command.sweep()

    with django_assert_num_queries(2):
        command.sweep()


def test_one_bad_row_does_not_stop_the_others(monkeypatch, mailoutbox, caplog):
    bad, good = make_delivery(due_at=NOON), make_delivery(due_at=NOON + timedelta(seconds=1))
    real = deliver.claim

    def claim(delivery_id, *, at):
        if delivery_id == bad.pk:
            raise ZeroDivisionError("care@example.org")
        return real(delivery_id, at=at)

    monkeypatch.setattr(deliver, "claim", claim)

    call_command("sweep")

    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [good.message_id]
    assert "ZeroDivisionError" in caplog.text
    assert "care@" not in caplog.text


def test_a_turn_ends_so_that_files_do_not_wait_for_a_hanging_mail_server(monkeypatch):
    monkeypatch.setattr(sweep, "TURN_SECONDS", -1)
    command = sweep.Command()

    assert command.work([1, 2, 3], lambda one: True) == 0


def test_the_log_tells_counts_and_no_names(caplog, mailoutbox):
    make_attachment(make_submission(), name="Vera.pdf")
    make_delivery()

    with caplog.at_level(logging.INFO):
        call_command("sweep")

    assert "Tried 1 mails and 1 files" in caplog.text
    for secret in ("Vera", "care@", "vera@"):
        assert secret not in caplog.text


# --- Throwing away -------------------------------------------------------------------


def test_expired_staged_files_go_with_their_bytes():
    old = make_staged(expires_at=NOON - timedelta(hours=2))
    new = make_staged(expires_at=NOON + timedelta(hours=2))

    assert expire(at=NOON) == 1

    assert list(StagedFile.objects.all()) == [new]
    with pytest.raises(StorageDown):
        vault.fetch(old.stored_name)
    vault.fetch(new.stored_name).close()


def test_a_file_that_expires_while_its_request_is_taken_does_not_vanish():
    file = make_staged(expires_at=NOON - timedelta(minutes=1))

    expire(at=NOON)

    vault.fetch(file.stored_name).close()


def test_a_row_stays_as_long_as_its_bytes(monkeypatch):
    make_staged(expires_at=NOON - timedelta(hours=2))

    def discard(name):
        raise StorageDown

    monkeypatch.setattr(vault, "discard", discard)

    assert expire(at=NOON) == 0
    assert StagedFile.objects.count() == 1


def test_expired_keys_and_tallies_go_and_those_that_count_stay(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "10/10m"}
    submission = make_submission()
    for key, minutes in (("old", -1), ("new", 1)):
        at = NOON + timedelta(minutes=minutes)
        Replay.objects.create(key=key, submission=submission, expires_at=at)
    for key, age in (("old", timedelta(hours=25)), ("new", timedelta(hours=23))):
        Tally.objects.create(key=key, window_starts_at=NOON - age)

    assert expire(at=NOON) == 2

    assert Replay.objects.get().key == Tally.objects.get().key == "new"


def test_sweep_throws_away_at_once_and_then_every_minute():
    make_staged(expires_at=NOON - timedelta(days=1))
    command = sweep.Command()
    command.sweep()
    assert not StagedFile.objects.exists()

    make_staged(expires_at=NOON)
    command.sweep()
    assert StagedFile.objects.exists()


# --- Waking --------------------------------------------------------------------------


def test_waking_sends_and_scans_what_is_due(settings, mailoutbox):
    submission = make_submission()
    file = make_attachment(submission)
    make_delivery(submission)
    stranger = make_delivery()

    with fake_clamd() as clamd:
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}
        tasks.wake(submission.pk)

    file.refresh_from_db()
    stranger.refresh_from_db()
    assert file.verdict == Verdict.CLEAN
    assert len(mailoutbox) == 1
    assert stranger.state == DeliveryState.PENDING


def test_a_queue_that_is_polled_itself_is_told_nothing(settings, mailoutbox):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "WAKE_QUEUE": False}
    delivery = make_delivery()

    tasks.wake(delivery.submission_id)
    assert not mailoutbox

    call_command("sweep")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("error", [OSError("redis"), OperationalError("db"), KeyError("x")])
def test_a_queue_that_is_down_never_fails_a_request(settings, error):
    settings.TASKS = {"default": {"BACKEND": "tests.treatment_forms.test_sweep.BrokenQueue"}}
    BrokenQueue.error = error

    tasks.wake(make_submission().pk)


class BrokenQueue(tasks.do_due.get_backend().__class__):
    error: Exception

    def enqueue(self, *args, **kwargs):
        raise self.error


def test_a_task_for_a_request_that_is_gone_does_nothing():
    tasks.do_due.call(0)


@pytest.mark.parametrize("trouble", [OperationalError, KeyError])
def test_no_error_text_is_kept_in_the_queue_or_the_log(caplog, trouble):
    delivery = make_delivery()
    make_attachment(delivery.submission)

    def fail(*asked):
        raise trouble("DETAIL: Key (name)=(biopsy of Vera.pdf) exists")

    with connection.execute_wrapper(fail):
        result = tasks.do_due.enqueue(delivery.submission_id)

    assert result.errors == []
    assert trouble.__name__ in caplog.text
    assert "biopsy" not in caplog.text


# --- The loop ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("restart"), InterfaceError("closed")])
def test_the_loop_survives_a_database_that_restarts(monkeypatch, mailoutbox, error):
    make_delivery()
    real, failures = deliver.get_due, [error, error]

    def get_due(at):
        if failures:
            raise failures.pop()
        return real(at)

    monkeypatch.setattr(deliver, "get_due", get_due)
    command = sweep.Command()

    for _pass in range(3):
        command.sweep_in_spite_of_the_database()

    assert len(mailoutbox) == 1


def test_it_ends_at_once_when_it_rests_and_after_the_step_in_hand_when_it_works():
    command = sweep.Command()
    done = []

    def step(one):
        command.stop(signal.SIGTERM, None)
        done.append(one)
        return True

    command.work([1, 2], step)
    assert done == [1]
    command.is_idle = True
    with pytest.raises(SystemExit) as ending:
        command.stop(signal.SIGTERM, None)
    assert ending.value.code == 0


# --- Killed workers ------------------------------------------------------------------

# What the server is doing when the worker dies, and how many copies there are in the end.
DEATHS = {
    "before": ("banner", 1),
    "while": ("data", 1),
    "after the dot": ("dot", 2),
    "after the 250": ("quit", 2),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", DEATHS)
def test_a_sweep_killed_while_sending_loses_nothing(moment):
    stage, copies = DEATHS[moment]
    with bench() as own:
        delivery = make_due()
        with smtp_server(hold={stage}) as first:
            worker = own.start("sweep", "--loop", port=first.port)
            assert first.reached[stage].wait(60)
            kill(worker)
        assert find(delivery).state == DeliveryState.SENDING

        with smtp_server() as second:
            worker = own.start("sweep", "--loop", port=second.port)
            wait_for(lambda: find(delivery).state == DeliveryState.ACCEPTED)
            assert stop(worker) == 0

    sent = [message["Message-ID"] for message in [*first.messages, *second.messages]]
    assert sent == [delivery.message_id] * copies


if apps.is_installed("django_tasks_db"):  # not on every host

    @pytest.mark.django_db(transaction=True)
    def test_a_task_worker_killed_while_sending_loses_nothing():
        with bench() as own:
            delivery = make_due()
            queue = {"TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}}
            wake = f"from treatment_forms import tasks; tasks.wake({delivery.submission_id})"
            assert own.start("shell", "-c", wake, port=0, **queue).wait(60) == 0

            with smtp_server(hold={"data"}) as first:
                worker = own.start("db_worker", "--no-startup-delay", port=first.port, **queue)
                assert first.reached["data"].wait(60)
                kill(worker)
            with smtp_server() as second:
                worker = own.start("sweep", "--loop", port=second.port)
                wait_for(lambda: find(delivery).state == DeliveryState.ACCEPTED)

        sent = [message["Message-ID"] for message in [*first.messages, *second.messages]]
        assert sent == [delivery.message_id]


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_sweep_killed_in_the_middle_of_a_message_loses_nothing():
    # Bigger than what a line swallows at once, so that half of it is still with the worker.
    message = "All that was found.\n" * 150_000
    snapshot = [{"key": "message", "kind": "multiline", "label": "Message", "in_mail": True}]
    lease = {"TREATMENT_FORMS": {"LEASE_SECONDS": 30, "CLAMD_URL": ""}}
    with bench() as own:
        big = make_submission(answers={"message": message}, form_snapshot=snapshot)
        delivery = make_due(big)
        with smtp_server(hold={"body"}) as first:
            worker = own.start("sweep", "--loop", port=first.port, **lease)
            assert first.reached["body"].wait(60)
            kill(worker)
        with smtp_server() as second:
            own.start("sweep", "--loop", port=second.port, **lease)
            wait_for(lambda: find(delivery).state == DeliveryState.ACCEPTED)

    assert first.messages == []
    assert [message["Message-ID"] for message in second.messages] == [delivery.message_id]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_scanning_loses_nothing():
    with bench() as own:
        delivery = make_due(with_file=True)
        with fake_clamd(Mood.HANG_ANSWER) as clamd:
            told = {"TREATMENT_FORMS": {"LEASE_SECONDS": 2, "CLAMD_URL": clamd.url}}
            worker = own.start("sweep", "--loop", port=get_closed_port(), **told)
            wait_for(lambda: bool(clamd.received))
            kill(worker)
        with smtp_server() as server, fake_clamd() as clamd:
            told = {"TREATMENT_FORMS": {"LEASE_SECONDS": 2, "CLAMD_URL": clamd.url}}
            worker = own.start("sweep", "--loop", port=server.port, **told)
            wait_for(lambda: find_file(delivery).verdict == Verdict.CLEAN)
            assert stop(worker) == 0

        assert find_file(delivery).submission.events.filter(kind="verdict").count() == 1


def make_due(submission=None, *, with_file=False):
    submission = submission or make_submission()
    at = timezone.now() - timedelta(seconds=5)
    if with_file:
        make_attachment(submission, due_at=at)
    return make_delivery(submission, created_at=at, due_at=at)


def find(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def find_file(delivery):
    return Attachment.objects.get(submission_id=delivery.submission_id)
