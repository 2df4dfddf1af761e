"""A request that nobody opens goes to somebody else, once, and is never called a success before."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from treatment_forms.mail.message import build
from treatment_forms.models import Alarm, Delivery, Submission, SubmissionEvent
from treatment_forms.services import escalate
from treatment_forms.services.transition import move_submission
from treatment_forms.states import DeliveryState, State

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
FALLBACK = "fallback@example.org"


def get_escalations(submission):
    mails = submission.deliveries.filter(kind=Delivery.Kind.ESCALATION)
    return list(mails.values_list("recipient", flat=True))


def test_only_a_patients_unopened_request_of_yesterday_is_due():
    due = make_submission()
    make_submission(status_changed_at=NOON + timedelta(seconds=1))
    make_submission(is_test=True)
    make_submission(escalated_at=NOON)
    for status in set(State) - {State.RECEIVED}:
        make_submission(status=status)

    assert escalate.get_due(NOON + DAY) == [due.pk]


def test_the_time_counts_from_when_staff_said_that_it_is_no_spam():
    submission = make_submission(status=State.SPAM)
    later = NOON + timedelta(days=3)
    move_submission(submission.pk, source=State.SPAM, target=State.RECEIVED, at=later)

    assert escalate.get_due(later + DAY - timedelta(seconds=1)) == []
    assert escalate.get_due(later + DAY) == [submission.pk]


def test_looking_is_one_query_on_an_index(django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        escalate.get_due(NOON)

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
            assert "submission_unread" in str(cursor.fetchall())


def test_it_goes_to_the_fallback_recipient_with_an_alarm():
    page = make_form_page(fallback_recipient=FALLBACK)
    submission = make_submission(form_page=page)
    at = NOON + DAY

    assert escalate.escalate(submission.pk, at=at)

    submission.refresh_from_db()
    [mail] = submission.deliveries.all()
    assert (mail.recipient, mail.kind, mail.state) == (FALLBACK, "escalation", "pending")
    assert submission.escalated_at == mail.due_at == at
    assert Alarm.objects.get().kind == Alarm.Kind.UNREAD
    assert submission.events.get().kind == SubmissionEvent.Kind.ESCALATED


def test_without_a_fallback_the_recipients_are_reminded():
    page = make_form_page(recipients="a@example.org\nb@example.org")
    submission = make_submission(form_page=page)

    escalate.escalate(submission.pk, at=NOON + DAY)

    assert get_escalations(submission) == ["a@example.org", "b@example.org"]


def test_when_the_form_is_gone_those_who_were_told_are_reminded():
    submission = make_submission()
    for recipient in ("a@example.org", "a@example.org"):
        make_delivery(submission, recipient=recipient)
    make_delivery(submission, recipient="vera@example.com", kind=Delivery.Kind.CONFIRMATION)

    escalate.escalate(submission.pk, at=NOON + DAY)

    assert get_escalations(submission) == ["a@example.org"]


def test_an_alarm_is_raised_although_there_is_nobody_to_write_to():
    submission = make_submission()

    assert escalate.escalate(submission.pk, at=NOON + DAY)
    assert Alarm.objects.get().kind == Alarm.Kind.UNREAD


def test_of_two_who_pass_it_on_one_does():
    submission = make_submission(form_page=make_form_page(fallback_recipient=FALLBACK))

    done = [escalate.escalate(submission.pk, at=NOON + DAY) for _time in range(2)]

    assert done == [True, False]
    assert get_escalations(submission) == [FALLBACK]


def test_what_was_opened_meanwhile_stays():
    submission = make_submission()
    open_it(submission)

    assert not escalate.escalate(submission.pk, at=NOON + DAY)
    assert not Alarm.objects.exists()


def open_it(submission):
    move_submission(submission.pk, source=State.RECEIVED, target=State.OPENED, at=NOON)


@pytest.mark.parametrize("target", [State.OPENED, State.SPAM, State.WITHDRAWN])
def test_the_alarm_ends_when_nobody_needs_to_open_it_any_more(target):
    submission, other = make_submission(), make_submission()
    for one in (submission, other):
        escalate.escalate(one.pk, at=NOON + DAY)

    move_submission(submission.pk, source=State.RECEIVED, target=target, at=NOON)

    assert Alarm.objects.get(cleared_at=None).submission_id == other.pk


def test_the_sweep_passes_on_what_nobody_has_opened_and_sends_it(mailoutbox):
    page = make_form_page(fallback_recipient=FALLBACK)
    yesterday = timezone.now() - DAY - timedelta(minutes=1)
    submission = make_submission(form_page=page, status_changed_at=yesterday)
    make_submission(form_page=page, status_changed_at=timezone.now())

    for _time in range(2):
        call_command("sweep")

    [message] = mailoutbox
    assert message.to == [FALLBACK]
    assert message.subject == f"Not opened yet: request {submission.reference}"


def test_the_host_says_how_long_a_request_may_lie(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "ESCALATE_AFTER_HOURS": 1}
    submission = make_submission()

    assert escalate.get_due(NOON + timedelta(hours=1)) == [submission.pk]


def test_the_mail_says_what_is_asked_of_its_reader_and_no_word_of_the_patients():
    delivery = make_delivery(kind=Delivery.Kind.ESCALATION)

    message = build(delivery)

    for body in (message.body, str(message.alternatives[0][0])):
        assert "Nobody has opened this request yet" in body
        assert "A request has arrived" not in body
        assert "Vera" not in body


STAFFS = {Delivery.Kind.COORDINATOR, Delivery.Kind.ESCALATION}


@pytest.mark.parametrize(("kind", "state"), list(product(Delivery.Kind, DeliveryState)))
def test_a_request_is_in_good_hands_when_its_mail_is_told_to_have_arrived(kind, state):
    delivery = make_delivery(kind=kind, state=state)

    is_good = kind in STAFFS and state == DeliveryState.DELIVERED
    assert delivery.submission.is_in_good_hands == is_good


def test_a_request_that_was_opened_is_in_good_hands():
    submission = make_submission()
    open_it(submission)

    assert Submission.objects.get(pk=submission.pk).is_in_good_hands
