"""What a provider tells moves a mail forward only, in whatever order; no failure is silent."""

import threading
from datetime import timedelta
from itertools import permutations, product

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.treatment_forms.invariants import check_mails
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from treatment_forms.mail import transport
from treatment_forms.mail.message import get_unique_part
from treatment_forms.models import Alarm, Delivery, DeliveryAttempt, SubmissionEvent
from treatment_forms.services import aftermath, deliver, transition
from treatment_forms.services.track import RACES, TARGETS, Notice, track
from treatment_forms.states import CLAIMABLE, FAILED, NEXT_DELIVERY, DeliveryState, State

pytestmark = pytest.mark.django_db
Outcome = DeliveryAttempt.Outcome
FALLBACK = "fallback@example.org"
WEIGHT = {  # what is worse, or more certain, is never forgotten for what is less
    **dict.fromkeys([*CLAIMABLE, DeliveryState.ACCEPTED, DeliveryState.DEAD], 0),
    DeliveryState.DELIVERED: 1,
    DeliveryState.BOUNCED: 2,
    DeliveryState.COMPLAINED: 2,
}


def tell(delivery, event, *, event_id="", at=NOON):
    unique = get_unique_part(delivery.message_id)
    notice = Notice(provider="Postmark", event=event, unique=unique, event_id=event_id)
    moved = track(notice, at=at)
    delivery.refresh_from_db()
    return moved


def make_in(state, **fields):
    due_at = NOON if state in CLAIMABLE else None
    return make_delivery(state=state, due_at=due_at, **fields)


@pytest.mark.parametrize(("state", "event"), list(product(DeliveryState, TARGETS)))
def test_a_word_moves_a_mail_as_the_table_says(state, event):
    delivery, target = make_in(state), TARGETS[event]
    is_step = target in NEXT_DELIVERY[state]

    moved = tell(delivery, event)

    assert delivery.state == (target if is_step else state)
    assert (moved is not None) == is_step
    assert delivery.notices.count() == 1


@pytest.mark.parametrize("state", sorted(DeliveryState))
@pytest.mark.parametrize("event", ["deferred", "opened", "clicked", "unsubscribed", "unknown"])
def test_other_words_are_kept_and_move_nothing(state, event):
    delivery = make_in(state)

    assert tell(delivery, event) is None
    assert delivery.state == state
    assert delivery.notices.get().event == event


@pytest.mark.parametrize("event", ["sent", "queued"])
def test_what_our_own_call_told_is_not_kept(event):
    delivery = make_in(DeliveryState.ACCEPTED)

    tell(delivery, event)

    assert not delivery.notices.exists()


@pytest.mark.parametrize("order", list(permutations(["delivered", "bounced", "opened"])))
def test_in_every_order_the_worst_remains(order):
    delivery = make_in(DeliveryState.ACCEPTED)

    for event in order:
        tell(delivery, event)

    assert delivery.state == DeliveryState.BOUNCED
    assert Alarm.objects.get().kind == Alarm.Kind.DELIVERY_BOUNCED


def test_a_mail_told_delivered_is_never_sent_again():
    delivery = make_in(DeliveryState.PENDING)

    tell(delivery, "delivered")

    assert deliver.claim(delivery.pk, at=NOON + timedelta(days=1)) is None
    assert not delivery.attempts.exists()


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.TRANSIENT, Outcome.PERMANENT])
def test_our_own_answer_comes_too_late_to_move_it_back(outcome):
    delivery = make_delivery()
    attempt = deliver.claim(delivery.pk, at=NOON)
    tell(delivery, "delivered")

    deliver.settle(attempt, transport.Answer(outcome, provider_id="p-1"), at=NOON)

    delivery.refresh_from_db()
    attempt.refresh_from_db()
    assert (delivery.state, delivery.provider_id) == (DeliveryState.DELIVERED, "p-1")
    assert attempt.outcome == outcome
    assert not Alarm.objects.exists()


def test_a_mail_that_was_given_up_may_have_arrived_after_all():
    delivery = make_delivery()
    settle(delivery, Outcome.PERMANENT)
    assert Alarm.objects.filter(cleared_at=None).exists()

    tell(delivery, "delivered")

    assert delivery.state == DeliveryState.DELIVERED
    assert not Alarm.objects.filter(cleared_at=None).exists()


def settle(delivery, outcome, *, at=NOON, **more):
    attempt = deliver.claim(delivery.pk, at=at)
    if attempt is not None:
        deliver.settle(attempt, transport.Answer(outcome, **more), at=at)
    delivery.refresh_from_db()


@pytest.mark.parametrize("event", ["bounced", "rejected", "failed", "complained"])
def test_what_came_back_goes_to_the_fallback_recipient_once(event):
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page)
    first, second = (make_in(DeliveryState.ACCEPTED, submission=submission) for _n in range(2))

    tell(first, event)
    tell(second, event)
    [fallback] = submission.deliveries.filter(recipient=FALLBACK)
    settle(fallback, Outcome.ACCEPTED)
    tell(fallback, event)

    assert submission.deliveries.count() == 3
    assert Alarm.objects.filter(kind=Alarm.Kind.DELIVERY_BOUNCED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_mails_that_come_back_at_the_same_moment_make_one_fallback_mail():
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page)
    mails = [make_in(DeliveryState.ACCEPTED, submission=submission) for _number in range(6)]
    together = threading.Barrier(len(mails))

    def hear(mail):
        together.wait(30)
        tell(mail, "bounced")
        connection.close()

    threads = [threading.Thread(target=hear, args=[mail]) for mail in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert submission.deliveries.filter(state=DeliveryState.BOUNCED).count() == 6
    assert submission.deliveries.filter(recipient=FALLBACK).count() == 1
    assert Alarm.objects.count() == 6


def test_files_added_twice_are_news_to_the_fallback_recipient_twice():
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page)
    later = NOON + timedelta(hours=1)
    kind = Delivery.Kind.ADDITION
    mails = [
        make_in(DeliveryState.ACCEPTED, submission=submission, kind=kind, created_at=at)
        for at in (NOON, NOON, later)
    ]

    for mail in mails:
        tell(mail, "bounced", at=mail.created_at)

    assert submission.deliveries.filter(recipient=FALLBACK, kind=kind).count() == 2


@pytest.mark.parametrize(
    ("status", "kind", "count"),
    [
        (State.OPENED, Delivery.Kind.COORDINATOR, 1),
        (State.SPAM, Delivery.Kind.COORDINATOR, 0),
        (State.WITHDRAWN, Delivery.Kind.COORDINATOR, 0),
        (State.WITHDRAWN, Delivery.Kind.WITHDRAWAL, 1),
    ],
)
def test_what_is_over_is_not_told_to_somebody_new(status, kind, count):
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page, status=status)

    tell(make_in(DeliveryState.ACCEPTED, submission=submission, kind=kind), "bounced")

    assert submission.deliveries.filter(recipient=FALLBACK).count() == count
    assert Alarm.objects.count() == 1


def test_a_patients_mail_that_fails_is_told_in_the_history_only():
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page)
    kind = Delivery.Kind.CONFIRMATION
    bounced = make_in(DeliveryState.ACCEPTED, submission=submission, kind=kind)
    dead = make_in(DeliveryState.PENDING, submission=submission, kind=kind)

    tell(bounced, "bounced")
    settle(dead, Outcome.PERMANENT)

    assert (bounced.state, dead.state) == (DeliveryState.BOUNCED, DeliveryState.DEAD)
    assert submission.deliveries.count() == 2
    assert not Alarm.objects.exists()
    events = submission.events.filter(kind=SubmissionEvent.Kind.DELIVERY)
    assert sorted(events.values_list("target", flat=True)) == ["bounced", "dead"]


def test_a_mail_that_came_back_can_be_sent_again():
    delivery = make_in(DeliveryState.ACCEPTED)
    tell(delivery, "bounced")

    aftermath.send_again(delivery.pk, at=NOON, actor_id=None)

    fresh = Delivery.objects.exclude(pk=delivery.pk).get()
    assert (fresh.recipient, fresh.state) == (delivery.recipient, DeliveryState.PENDING)
    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_a_row_that_moves_under_us_is_looked_at_again(monkeypatch):
    delivery = make_delivery()
    attempt = deliver.claim(delivery.pk, at=NOON)
    real, others = transition._update, iter([transport.Answer(Outcome.ACCEPTED)])

    def overtaken(rows, **changes):  # the other worker is the wire here
        if answer := next(others, None):
            deliver.settle(attempt, answer, at=NOON)
        real(rows, **changes)

    monkeypatch.setattr(transition, "_update", overtaken)
    tell(delivery, "bounced")

    assert delivery.state == DeliveryState.BOUNCED
    assert RACES > 3  # pending, sending, accepted


STEPS = st.lists(
    st.one_of(
        st.sampled_from([*Outcome.values[1:], "claim"]),
        st.tuples(st.sampled_from(sorted([*TARGETS, "opened"])), st.sampled_from("ab")),
    ),
    min_size=2,
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order(form_page, steps):
    """Two seconds: forty histories of one mail, in the database."""
    type(form_page).objects.filter(pk=form_page.pk).update(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=form_page)
    delivery = make_delivery(submission)
    at, heaviest, told = NOON, 0, False

    for step in steps:
        at += timedelta(hours=2)
        tries = delivery.attempts.count()
        if step == "claim":  # and the worker dies
            deliver.claim(delivery.pk, at=at)
            delivery.refresh_from_db()
        elif isinstance(step, str):
            settle(delivery, step, at=at)
        else:
            event, event_id = step
            tell(delivery, event, event_id=event_id, at=at)
        assert WEIGHT[delivery.state] >= heaviest
        assert not told or delivery.attempts.count() == tries
        heaviest = WEIGHT[delivery.state]
        told = told or heaviest > 0

    check_mails(submission)
    mails = list(submission.deliveries.all())
    assert sum(mail.recipient == FALLBACK for mail in mails) == (
        delivery.state in FAILED or submission.alarms.exclude(kind="delivery_late").exists()
    )
    for mail in mails:
        open_alarms = mail.alarms.filter(cleared_at=None).exclude(kind="delivery_late")
        assert mail.state not in FAILED or open_alarms.exists()
