"""One mail, from its row to the wire and back, with real sockets."""

import threading
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.db import OperationalError, connection

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from tests.wire.smtp import DRIP, DROP, HANG, get_closed_port, smtp_server
from treatment_forms import conf
from treatment_forms.errors import Stale
from treatment_forms.mail import transport
from treatment_forms.models import Alarm, Delivery, DeliveryAttempt, SubmissionEvent
from treatment_forms.services import aftermath, deliver
from treatment_forms.services.transition import move_delivery
from treatment_forms.states import CLAIMABLE, DeliveryState

pytestmark = pytest.mark.django_db
Outcome = DeliveryAttempt.Outcome
noon = partial(lambda at: at, NOON)


@pytest.fixture
def mail_to(settings):
    """Point the site's mail at a port, through the plugin's SMTP backend."""

    def point(port, **more):
        settings.EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = more.get("timeout", 30)

    return point


def test_a_due_mail_is_sent_and_accepted(mail_to):
    delivery = make_delivery()

    with smtp_server() as server:
        mail_to(server.port)
        outcome = deliver.deliver(delivery.pk, clock=noon)

    delivery.refresh_from_db()
    assert outcome == Outcome.ACCEPTED
    assert delivery.state == DeliveryState.ACCEPTED
    assert delivery.due_at is None
    assert [message["Message-ID"] for message in server.messages] == [delivery.message_id]
    assert list(delivery.attempts.values_list("number", "outcome")) == [(1, "accepted")]
    assert delivery.submission.events.get().kind == SubmissionEvent.Kind.DELIVERY


def test_a_mail_that_is_not_due_is_left_alone(mail_to):
    delivery = make_delivery(due_at=NOON + timedelta(seconds=1))

    assert deliver.deliver(delivery.pk, clock=noon) is None
    assert not delivery.attempts.exists()


def test_a_mail_that_is_gone_is_nobodys_trouble():
    assert deliver.deliver(0) is None


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - CLAIMABLE))
def test_what_is_over_is_never_sent(state):
    delivery = make_delivery(state=state)

    assert deliver.deliver(delivery.pk, clock=noon) is None


@pytest.mark.parametrize(
    ("behaviour", "outcome", "said"),
    [
        ({"banner": b"421 busy"}, Outcome.TRANSIENT, "smtp 421"),
        ({"banner": b"554 not here"}, Outcome.PERMANENT, "smtp 554"),
        ({"banner": b"what?"}, Outcome.TRANSIENT, "smtp -1"),
        ({"banner": b"x" * 9000}, Outcome.TRANSIENT, "SMTPResponseException"),
        ({"banner": DROP}, Outcome.TRANSIENT, "SMTPServerDisconnected"),
        ({"ehlo": b"421 later", "helo": b"421 later"}, Outcome.TRANSIENT, "smtp 421"),
        ({"ehlo": DROP}, Outcome.TRANSIENT, "SMTPServerDisconnected"),
        ({"mail": b"451 later"}, Outcome.TRANSIENT, "smtp 451"),
        ({"mail": b"553 no"}, Outcome.PERMANENT, "smtp 553"),
        ({"mail": b"421 bye"}, Outcome.TRANSIENT, "smtp 421"),
        ({"rcpt": b"450 greylisted"}, Outcome.TRANSIENT, "smtp 450"),
        ({"rcpt": b"550 care@example.org: unknown"}, Outcome.PERMANENT, "smtp 550"),
        ({"rcpt": b"421 bye"}, Outcome.TRANSIENT, "smtp 421"),
        ({"data": b"452 full"}, Outcome.TRANSIENT, "smtp 452"),
        ({"data": b"554 no"}, Outcome.PERMANENT, "smtp 554"),
        ({"data": DROP}, Outcome.TRANSIENT, "SMTPServerDisconnected"),
        ({"dot": b"451 later"}, Outcome.TRANSIENT, "smtp 451"),
        ({"dot": b"550 spam"}, Outcome.PERMANENT, "smtp 550"),
        ({"dot": DROP}, Outcome.TRANSIENT, "SMTPServerDisconnected"),
        ({"quit": DROP}, Outcome.ACCEPTED, ""),
        ({"quit": b"x" * 9000}, Outcome.ACCEPTED, ""),
    ],
)
def test_each_answer_at_each_stage_is_read_for_what_to_do_next(mail_to, behaviour, outcome, said):
    delivery = make_delivery()

    with smtp_server(**behaviour) as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)

    delivery.refresh_from_db()
    attempt = delivery.attempts.get()
    assert (attempt.outcome, attempt.answer) == (outcome, said)
    assert (
        delivery.state
        == {
            Outcome.ACCEPTED: DeliveryState.ACCEPTED,
            Outcome.TRANSIENT: DeliveryState.PENDING,
            Outcome.PERMANENT: DeliveryState.DEAD,
        }[outcome]
    )
    assert Alarm.objects.filter(delivery=delivery).exists() == (outcome == Outcome.PERMANENT)


def test_a_refused_connection_is_tried_again(mail_to):
    delivery = make_delivery()
    mail_to(get_closed_port())

    assert deliver.deliver(delivery.pk, clock=noon) == Outcome.TRANSIENT
    assert delivery.attempts.get().answer == "ConnectionRefusedError"


@pytest.mark.parametrize("stage", ["banner", "ehlo", "mail", "rcpt", "data", "dot"])
def test_a_hanging_server_is_left_after_the_read_timeout(mail_to, stage):
    delivery = make_delivery()

    with smtp_server(**{stage: HANG}) as server:
        mail_to(server.port, timeout=0.3)
        outcome = deliver.deliver(delivery.pk, clock=noon)

    assert outcome == Outcome.TRANSIENT


def test_a_server_that_drips_is_hung_up_on_before_the_lease_ends(mail_to, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "LEASE_SECONDS": 1}
    delivery = make_delivery()
    before = set(threading.enumerate())

    with smtp_server(banner=DRIP) as server:
        mail_to(server.port)
        outcome = deliver.deliver(delivery.pk, clock=noon)
        left = [one for one in set(threading.enumerate()) - before if "mail" in one.name]
        for thread in left:
            thread.join(5)

    assert outcome == Outcome.TRANSIENT
    assert delivery.attempts.get().answer == "no end in sight"
    assert not any(thread.is_alive() for thread in left)


def test_a_claim_that_is_as_good_as_over_does_not_touch_the_wire():
    message = object()

    answer = transport.send(message, seconds=0)  # type: ignore[arg-type]

    assert answer.outcome == Outcome.TRANSIENT


def test_of_two_workers_on_one_mail_one_wins():
    delivery = make_delivery()

    first = deliver.claim(delivery.pk, at=NOON)
    second = deliver.claim(delivery.pk, at=NOON)

    assert first is not None
    assert second is None
    assert delivery.attempts.count() == 1


def test_a_worker_with_yesterdays_view_of_the_row_does_not_win(monkeypatch):
    delivery = make_delivery()
    rows = Delivery.objects.filter(pk=delivery.pk)
    real_update = type(rows).update

    def overtaken(self, **changes):
        if "lease_token" in changes and self.model is Delivery and not hasattr(overtaken, "done"):
            overtaken.done = True
            deliver.claim(delivery.pk, at=NOON)
        return real_update(self, **changes)

    monkeypatch.setattr(type(rows), "update", overtaken)

    assert deliver.claim(delivery.pk, at=NOON) is None
    assert delivery.attempts.count() == 1


def test_a_dead_workers_mail_is_due_again_when_its_lease_is_over():
    delivery = make_delivery()
    deliver.claim(delivery.pk, at=NOON)
    lease = timedelta(seconds=conf.get("LEASE_SECONDS"))

    assert deliver.claim(delivery.pk, at=NOON + lease - timedelta(seconds=1)) is None
    again = deliver.claim(delivery.pk, at=NOON + lease)

    assert again is not None
    assert again.number == 2


def test_the_wire_is_given_up_before_the_lease_is_over():
    assert deliver.WIRE_SHARE < 1


def test_what_kills_every_worker_is_not_sent_every_two_minutes():
    delivery = make_delivery()
    moments = []

    for _number in range(6):
        delivery.refresh_from_db()
        moments.append(delivery.due_at)
        deliver.claim(delivery.pk, at=delivery.due_at)

    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps == [timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 60)]


def test_what_kills_every_worker_is_given_up_with_an_alarm_when_its_time_is_over():
    delivery = make_delivery()
    deliver.claim(delivery.pk, at=NOON)

    assert deliver.claim(delivery.pk, at=NOON + conf.MAIL_TRIED_FOR) is None

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert Alarm.objects.get().kind == Alarm.Kind.DELIVERY_DEAD


def test_two_who_give_up_the_same_mail_at_once_raise_nothing():
    delivery = make_delivery()
    deliver.claim(delivery.pk, at=NOON)
    over = NOON + conf.MAIL_TRIED_FOR
    others = iter([delivery.pk])

    def be_quicker(execute, sql, *rest):
        found = execute(sql, *rest)
        if sql.startswith("SELECT") and (pk := next(others, None)):
            deliver.claim(pk, at=over)
        return found

    with connection.execute_wrapper(be_quicker):
        assert deliver.deliver(delivery.pk, clock=lambda: over) is None

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert Alarm.objects.count() == 1


def test_a_mail_that_found_no_worker_for_days_is_still_tried_once():
    delivery = make_delivery()

    assert deliver.claim(delivery.pk, at=NOON + timedelta(days=9)) is not None


def settle(delivery, outcome, at, **more):
    attempt = deliver.claim(delivery.pk, at=at)
    deliver.settle(attempt, transport.Answer(outcome, **more), at=at)
    delivery.refresh_from_db()


def test_temporary_errors_are_tried_again_by_the_table_until_72_hours_are_over():
    delivery = make_delivery()
    gaps = []

    while delivery.state != DeliveryState.DEAD:
        at = delivery.due_at
        settle(delivery, Outcome.TRANSIENT, at)
        if delivery.due_at:
            gaps.append((delivery.due_at - at) / timedelta(minutes=1))

    expected = [1, 5, 15, *[60] * len(gaps)]
    for gap, minutes in zip(gaps[:-1], expected, strict=False):
        assert minutes * 0.9 <= gap <= minutes * 1.1
    assert len(set(gaps)) > len(gaps) / 2  # jitter
    last = delivery.attempts.latest("number")
    assert last.started_at == NOON + timedelta(hours=72)
    assert Alarm.objects.filter(kind=Alarm.Kind.DELIVERY_DEAD, cleared_at=None).count() == 1


def test_an_answer_to_wait_is_honoured():
    delivery = make_delivery()

    settle(delivery, Outcome.TRANSIENT, NOON, retry_after=timedelta(minutes=30))

    assert delivery.due_at == NOON + timedelta(minutes=30)


def test_an_answer_to_wait_for_ever_is_not():
    delivery = make_delivery()

    settle(delivery, Outcome.TRANSIENT, NOON, retry_after=timedelta(days=365))

    assert delivery.due_at == NOON + timedelta(hours=72)


def test_staff_hear_of_a_mail_that_is_late_until_it_leaves():
    delivery = make_delivery()
    for _number in range(conf.MAIL_LATE_AFTER_FAILURES):
        settle(delivery, Outcome.TRANSIENT, delivery.due_at)
    assert Alarm.objects.get(cleared_at=None).kind == Alarm.Kind.DELIVERY_LATE

    settle(delivery, Outcome.ACCEPTED, delivery.due_at)

    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_staff_hear_at_once_of_what_only_they_can_mend():
    delivery = make_delivery()
    settle(delivery, Outcome.TRANSIENT, NOON, said="postmark 401", is_ours=True)
    assert Alarm.objects.get(cleared_at=None).kind == Alarm.Kind.DELIVERY_LATE

    settle(delivery, Outcome.ACCEPTED, delivery.due_at)

    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_the_providers_name_for_a_mail_is_kept():
    delivery = make_delivery()

    settle(delivery, Outcome.ACCEPTED, NOON, provider_id="b7bc2f4a")

    assert delivery.provider_id == "b7bc2f4a"


def test_a_settlement_without_its_lease_changes_the_try_only():
    delivery = make_delivery()
    lost = deliver.claim(delivery.pk, at=NOON)
    deliver.claim(delivery.pk, at=NOON + timedelta(hours=1))

    deliver.settle(lost, transport.Answer(Outcome.PERMANENT, "smtp 550"), at=NOON)

    delivery.refresh_from_db()
    lost.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING
    assert lost.outcome == Outcome.PERMANENT
    assert not Alarm.objects.exists()


def test_a_mail_that_left_has_left_whoever_holds_the_row():
    delivery = make_delivery()
    late = deliver.claim(delivery.pk, at=NOON)
    other = deliver.claim(delivery.pk, at=NOON + timedelta(hours=1))

    deliver.settle(late, transport.Answer(Outcome.ACCEPTED), at=NOON)
    deliver.settle(other, transport.Answer(Outcome.TRANSIENT), at=NOON)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_left_is_settled_although_the_database_was_away(mail_to, monkeypatch):
    delivery = make_delivery()
    real, failures = deliver.settle, [OperationalError("gone"), OperationalError("gone")]

    def restarting(*args, **kwargs):
        if failures:
            raise failures.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(deliver, "settle", restarting)  # the database is the wire here
    monkeypatch.setattr(deliver.time, "sleep", lambda seconds: None)
    with smtp_server() as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
    assert len(server.taken) == 1


def test_a_mail_that_cannot_be_built_is_tried_again_and_tells_no_secret(caplog):
    snapshot = [{"label": "no key, Vera Pavlova"}]
    delivery = make_delivery(make_submission(form_snapshot=snapshot))

    assert deliver.deliver(delivery.pk, clock=noon) == Outcome.TRANSIENT
    assert delivery.attempts.get().answer == "KeyError"
    assert "KeyError" in caplog.text
    assert "Vera" not in caplog.text


def test_nothing_of_the_other_sides_words_is_kept_or_logged(mail_to, caplog):
    delivery = make_delivery()

    with smtp_server(rcpt=b"550 care@example.org has no mailbox here") as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)

    assert "care@" not in caplog.text + delivery.attempts.get().answer


def test_the_longest_waiting_mail_comes_first():
    late = make_delivery(due_at=NOON - timedelta(minutes=5))
    early = make_delivery(due_at=NOON - timedelta(minutes=9))
    make_delivery(due_at=NOON + timedelta(minutes=1))

    assert deliver.get_due(NOON) == [early.pk, late.pk]
    assert deliver.get_due(NOON, submission_id=late.submission_id) == [late.pk]


def test_looking_for_due_mail_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        deliver.get_due(NOON)


def test_health_counts_mail_without_a_worker_and_not_mail_that_waits_for_its_next_try():
    make_delivery(due_at=NOON + timedelta(hours=1))
    assert deliver.get_oldest_due(NOON) == timedelta()

    make_delivery(due_at=NOON - timedelta(minutes=7))
    assert deliver.get_oldest_due(NOON) == timedelta(minutes=7)


def make_dead():
    delivery = make_delivery()
    settle(delivery, Outcome.PERMANENT, NOON)
    return delivery


def test_a_mail_that_was_given_up_can_be_sent_again_once():
    dead = make_dead()

    aftermath.send_again(dead.pk, at=NOON, actor_id=None)
    with pytest.raises(Stale):
        aftermath.send_again(dead.pk, at=NOON, actor_id=None)

    dead.refresh_from_db()
    fresh = Delivery.objects.exclude(pk=dead.pk).get()
    assert dead.state == DeliveryState.DEAD
    assert (fresh.recipient, fresh.state, fresh.due_at) == (dead.recipient, "pending", NOON)
    assert fresh.message_id != dead.message_id
    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_a_mail_that_is_on_its_way_cannot_be_sent_again():
    delivery = make_delivery()

    with pytest.raises(Stale):
        aftermath.send_again(delivery.pk, at=NOON, actor_id=None)


def test_a_mail_may_go_before_the_verdicts_when_its_grace_is_over(mail_to):
    delivery = make_delivery(state=DeliveryState.WAITING)

    with smtp_server() as server:
        mail_to(server.port)
        deliver.deliver(delivery.pk, clock=noon)

    assert len(server.taken) == 1


def test_the_lease_cannot_be_taken_with_a_wrong_token():
    delivery = make_delivery()
    attempt = deliver.claim(delivery.pk, at=NOON)
    stranger = make_delivery().lease_token

    with pytest.raises(Stale):
        move_delivery(
            attempt.delivery,
            source=DeliveryState.SENDING,
            target=DeliveryState.DEAD,
            at=NOON,
            lease_token=stranger,
        )


@pytest.mark.django_db(transaction=True)
def test_eight_workers_on_twelve_mails_send_each_once(mail_to):
    ids = [make_delivery().pk for _number in range(12)]

    def work():
        for one in ids:
            deliver.deliver(one)
        connection.close()

    with smtp_server() as server:
        mail_to(server.port)
        threads = [threading.Thread(target=work) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    sent = [message["Message-ID"] for message in server.messages]
    assert len(sent) == len(set(sent)) == 12


def test_the_fallback_recipient_gets_what_the_others_did_not():
    page = make_form_page(fallback_recipient="fallback@example.org")
    delivery = make_delivery(make_submission(form_page=page))

    settle(delivery, Outcome.PERMANENT, NOON)
    settle(delivery.submission.deliveries.get(recipient="fallback@example.org"), "permanent", NOON)

    assert delivery.submission.deliveries.count() == 2
