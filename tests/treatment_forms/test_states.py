"""The tables say who may follow whom; transitions and constraints are compared with them."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from tests.treatment_forms.people import make_staff
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from treatment_forms.errors import Stale, TransitionNotAllowed
from treatment_forms.models import Attachment, Delivery, Submission
from treatment_forms.services.transition import move_delivery, move_submission, move_verdict
from treatment_forms.states import (
    CLAIMABLE,
    NEXT_DELIVERY,
    NEXT_STATE,
    NEXT_VERDICT,
    OPENABLE,
    SETTLED,
    DeliveryState,
    State,
    Verdict,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("states", "table"),
    [(Verdict, NEXT_VERDICT), (State, NEXT_STATE), (DeliveryState, NEXT_DELIVERY)],
)
def test_every_state_is_in_its_table(states, table):
    assert set(table) == set(states)
    assert set().union(*table.values()) <= set(states)


def test_only_clean_and_released_files_open():
    assert set(OPENABLE) == {Verdict.CLEAN, Verdict.RELEASED}
    assert OPENABLE <= SETTLED


def test_no_way_leads_from_malware_anywhere():
    assert NEXT_VERDICT[Verdict.INFECTED] == frozenset()


def test_what_was_accepted_is_never_claimed_again():
    reachable, ahead = set(), {DeliveryState.ACCEPTED}
    while ahead:
        reachable |= ahead
        ahead = set().union(*(NEXT_DELIVERY[state] for state in ahead)) - reachable

    assert not reachable & CLAIMABLE


@pytest.mark.parametrize(("source", "target"), list(product(Verdict, Verdict)))
def test_a_file_moves_as_the_table_says(source, target):
    file = make_attachment(make_submission(), verdict=source)
    who = {"actor_id": make_staff("releaser").pk, "note": "It is a plain picture."}

    if target in NEXT_VERDICT[source]:
        move_verdict(file, target=target, at=NOON, **who)
    else:
        with pytest.raises(TransitionNotAllowed):
            move_verdict(file, target=target, at=NOON, **who)
        target = source

    file.refresh_from_db()
    assert file.verdict == target
    assert file.submission.events.count() == (target != source)


@pytest.mark.parametrize(("source", "target"), list(product(State, State)))
def test_a_request_moves_as_the_table_says(source, target):
    submission = make_submission(status=source)

    if target in NEXT_STATE[source]:
        move_submission(submission.pk, source=source, target=target, at=NOON)
    else:
        with pytest.raises(TransitionNotAllowed):
            move_submission(submission.pk, source=source, target=target, at=NOON)
        target = source

    submission.refresh_from_db()
    assert submission.status == target
    assert submission.events.count() == (target != source)


@pytest.mark.parametrize(("source", "target"), list(product(DeliveryState, DeliveryState)))
def test_a_mail_moves_as_the_table_says(source, target):
    delivery = make_delivery(state=source)
    is_allowed = target in NEXT_DELIVERY[source]
    due_at = NOON if target in CLAIMABLE else None

    if is_allowed:
        move_delivery(delivery, source=source, target=target, at=NOON, due_at=due_at)
    else:
        with pytest.raises(TransitionNotAllowed):
            move_delivery(delivery, source=source, target=target, at=NOON, due_at=due_at)

    delivery.refresh_from_db()
    assert delivery.state == (target if is_allowed else source)
    assert delivery.submission.events.count() == (is_allowed and due_at is None)


def test_the_second_of_two_is_told_it_lost():
    submission = make_submission()
    steps = {"source": State.RECEIVED, "target": State.OPENED}
    move_submission(submission.pk, **steps, at=NOON)

    with pytest.raises(Stale):
        move_submission(submission.pk, **steps, at=NOON)

    assert submission.events.count() == 1


def test_a_verdict_is_not_written_over_anothers():
    file = make_attachment(make_submission())
    same = Attachment.objects.get(pk=file.pk)
    move_verdict(file, target=Verdict.INFECTED, at=NOON)

    with pytest.raises(Stale):
        move_verdict(same, target=Verdict.CLEAN, at=NOON)

    file.refresh_from_db()
    assert file.verdict == Verdict.INFECTED


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Submission, {"status": "lost"}),
        (Attachment, {"verdict": "fine"}),
        (Attachment, {"verdict": "not_yet", "due_at": None}),
        (Delivery, {"state": "posted"}),
        (Delivery, {"state": "pending", "due_at": None}),
        (Delivery, {"state": "sending", "due_at": None}),
        (Delivery, {"state": "waiting", "due_at": None}),
    ],
)
def test_the_tables_refuse_what_no_state_is(model, changes):
    submission = make_submission()
    make_attachment(submission)
    make_delivery(submission)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**changes)
