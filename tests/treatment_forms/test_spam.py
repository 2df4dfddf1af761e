"""What looks like spam is kept for a person to judge; a patient is not taken for a machine."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.treatment_forms.people import VIEW, log_in, make_staff
from tests.treatment_forms.posting import ANSWERS, PDF, Sent, check_invariants, follow, post
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from treatment_forms import tokens
from treatment_forms.errors import Stale
from treatment_forms.forms import TRAP
from treatment_forms.models import Alarm, Submission, SubmissionEvent, TreatmentFormPage
from treatment_forms.services import spam
from treatment_forms.services.rehearse import rehearse
from treatment_forms.services.suspicion import WEIGHTS, Sign, is_spam
from treatment_forms.signals import submission_received
from treatment_forms.states import State

pytestmark = pytest.mark.django_db
LIST = "treatment_forms_desk:list"
LINKS = " ".join(f"https://cloud.example/{number}" for number in range(5))
MARKUP = "[url=https://pills.example]cheap[/url]"


@pytest.fixture(autouse=True)
def _no_worker(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def told():
    heard = []

    def listen(submission_id, **kwargs):
        heard.append(submission_id)

    submission_received.connect(listen)
    yield heard
    submission_received.disconnect(listen)


@pytest.fixture
def staff(form_page):
    return make_staff("coordinator", VIEW, forms=(form_page.translation_key,))


def sign(page, *, seconds_ago):
    """The form's token as a page of so long ago has it."""
    made_at = timezone.now() - timedelta(seconds=seconds_ago)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", made_at.timestamp)
        return tokens.make_form_token(page.translation_key)


def get_signs():
    event = SubmissionEvent.objects.get(kind=SubmissionEvent.Kind.RECEIVED)
    return event.detail["signs"]


# --- Signs ---------------------------------------------------------------------------


def test_a_usual_request_has_no_sign(form_page):
    follow(post(form_page, Sent("a.pdf", PDF), form_token=sign(form_page, seconds_ago=90)))

    assert get_signs() == []
    assert check_invariants(accepted=True, files=(Sent("a.pdf", PDF),)).status == State.RECEIVED


@pytest.mark.parametrize(
    ("changes", "signs"),
    [
        ({TRAP: "Buy now"}, [Sign.TRAP]),
        ({"message": MARKUP}, [Sign.MARKUP]),
        ({"message": '<a href="https://pills.example">cheap</a>'}, [Sign.MARKUP]),
        ({"message": LINKS, "full_name": "www.pills.example"}, [Sign.LINKS, Sign.MISPLACED]),
    ],
)
def test_a_machine_is_held_and_thanked_like_anybody(form_page, told, changes, signs):
    token = sign(form_page, seconds_ago=90)

    page = follow(post(form_page, Sent("a.pdf", PDF), form_token=token, **changes))

    submission = check_invariants(accepted=True, files=(Sent("a.pdf", PDF),))
    assert submission.status == State.SPAM
    assert get_signs() == signs
    assert submission.reference in page.content.decode()
    assert "We have your request" in page.content.decode()
    assert not submission.deliveries.exists()
    assert not told


@pytest.mark.parametrize(
    ("changes", "signs"),
    [
        ({"message": LINKS}, [Sign.LINKS]),
        ({"full_name": "www.sadykova.example"}, [Sign.MISPLACED]),
        ({"form_token": None}, [Sign.UNSIGNED]),
        ({"form_token": "rubbish"}, [Sign.UNSIGNED]),
        ({"form_token": "", "message": LINKS}, [Sign.UNSIGNED, Sign.LINKS]),
        ({TRAP: "Aigerim Sadykova"}, []),
        ({TRAP: " AIGERIM@example.org "}, []),
        ({TRAP: "  "}, []),
    ],
)
def test_a_patient_is_not_taken_for_a_machine(form_page, changes, signs):
    sent = {"form_token": sign(form_page, seconds_ago=90), **changes}

    follow(post(form_page, **sent))

    assert Submission.objects.get().status == State.RECEIVED
    assert get_signs() == signs


@pytest.mark.parametrize(
    ("seconds_ago", "signs"),
    [
        (0, [Sign.QUICK]),
        (1, [Sign.QUICK]),
        (60, []),
        (6 * 86400, []),
        (8 * 86400, [Sign.UNSIGNED]),
        (-3600, []),
    ],
)
def test_haste_and_an_old_page_are_signs_and_no_more(form_page, seconds_ago, signs):
    follow(post(form_page, form_token=sign(form_page, seconds_ago=seconds_ago)))

    assert get_signs() == signs
    assert Submission.objects.get().status == State.RECEIVED


def test_haste_and_many_links_are_enough(form_page):
    follow(post(form_page, form_token=sign(form_page, seconds_ago=0), message=LINKS))

    assert get_signs() == [Sign.QUICK, Sign.LINKS]
    assert Submission.objects.get().status == State.SPAM


def test_every_sign_has_its_weight():
    assert set(WEIGHTS) == set(Sign)
    assert not is_spam([])
    assert {one for one in Sign if is_spam([one])} == {Sign.TRAP, Sign.MARKUP}


def test_an_editors_test_is_never_spam(form_page):
    rehearse(form_page, sender="editor", at=timezone.now())

    assert get_signs() == []
    assert Submission.objects.get().deliveries.exists()


def test_the_same_again_is_the_same_whatever_its_token(form_page):
    for seconds in (90, 80):
        follow(post(form_page, form_token=sign(form_page, seconds_ago=seconds)))

    assert Submission.objects.count() == 1


def test_the_trap_is_in_the_form_and_nobody_falls_into_it(form_page):
    text = "".join(Client().get(form_page.url).content.decode().split())

    assert text.count(f'name="{TRAP}"') == 1
    trap = text[text.index('<divclass="tf-trap"') :].partition("</div>")[0]
    assert trap.startswith('<divclass="tf-trap"aria-hidden="true">')
    for part in ('tabindex="-1"', 'autocomplete="off"', 'value=""', "Pleaseleavethislineempty"):
        assert part in trap
    assert TRAP not in ANSWERS


def test_the_trap_is_no_answer(form_page):
    follow(post(form_page, **{TRAP: "Buy now"}))

    assert TRAP not in Submission.objects.get().answers


# --- What staff say ------------------------------------------------------------------


def make_spam(page):
    post(page, Sent("a.pdf", PDF), **{TRAP: "Buy now"})
    return Submission.objects.get()


def test_what_is_no_spam_after_all_is_sent_as_if_nothing_had_been(
    form_page, staff, told, django_capture_on_commit_callbacks
):
    submission = make_spam(form_page)
    with django_capture_on_commit_callbacks(execute=True):
        spam.let_pass(submission, at=timezone.now(), actor_id=staff.pk)

    submission.refresh_from_db()
    assert submission.status == State.RECEIVED
    recipients = {mail.recipient for mail in submission.deliveries.all()}
    assert recipients == {*form_page.recipient_list, ANSWERS["email"]}
    assert told == [submission.pk]
    assert submission.events.last().actor == staff


def test_nobody_is_told_twice(form_page, staff):
    submission = make_spam(form_page)
    for _time in range(2):
        spam.let_pass(submission, at=timezone.now(), actor_id=staff.pk)
        submission.refresh_from_db()
        spam.hold(submission, at=timezone.now(), actor_id=staff.pk)
        submission.refresh_from_db()

    assert submission.status == State.SPAM
    assert submission.deliveries.count() == 2  # to the coordinator, and to the patient


def test_a_request_whose_form_is_gone_raises_an_alarm(form_page, staff):
    submission = make_spam(form_page)
    TreatmentFormPage.objects.get().delete()
    submission.refresh_from_db()

    spam.let_pass(submission, at=timezone.now(), actor_id=staff.pk)

    assert Alarm.objects.get().submission == submission


@pytest.mark.parametrize("status", sorted(set(State) - {State.SPAM}))
def test_only_spam_passes(status, staff):
    with pytest.raises(Stale):
        spam.let_pass(make_submission(status=status), at=NOON, actor_id=staff.pk)


# --- In the desk ---------------------------------------------------------------------


def test_staff_read_why_and_let_it_pass(form_page, staff):
    submission = make_spam(form_page)
    client = log_in(staff)
    url = reverse("treatment_forms_desk:request", args=[submission.reference])
    let_pass = reverse("treatment_forms_desk:no_spam", args=[submission.reference])
    text = client.get(url).content.decode()
    assert "It answers a question that people do not see" in text
    assert let_pass in text
    submission.refresh_from_db()
    assert submission.status == State.SPAM  # reading decides nothing

    response = client.post(let_pass)

    assert response["Location"] == reverse(LIST)
    submission.refresh_from_db()
    assert submission.status == State.RECEIVED
    assert submission.deliveries.exists()


@pytest.mark.parametrize("status", [State.RECEIVED, State.OPENED])
def test_staff_hold_a_request_as_spam(form_page, staff, status):
    submission = make_submission(status=status, form_key=form_page.translation_key)
    client = log_in(staff)

    client.post(reverse("treatment_forms_desk:spam", args=[submission.reference]))

    submission.refresh_from_db()
    assert submission.status == State.SPAM
    assert submission.events.get().actor == staff


@pytest.mark.parametrize(
    ("name", "status"),
    [("spam", State.SPAM), ("spam", State.WITHDRAWN), ("no_spam", State.OPENED)],
)
def test_staff_are_told_that_nothing_changed(form_page, staff, name, status):
    submission = make_submission(status=status, form_key=form_page.translation_key)
    url = reverse(f"treatment_forms_desk:{name}", args=[submission.reference])

    page = log_in(staff).post(url, follow=True)

    assert "Nothing changed" in page.content.decode()
    submission.refresh_from_db()
    assert submission.status == status


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [("", False), ("?status=spam", True), ("?status=received", False), ("?q={}", True)],
)
def test_spam_is_in_the_list_when_it_is_asked_for(form_page, staff, query, is_shown):
    submission = make_spam(form_page)

    text = log_in(staff).get(reverse(LIST) + query.format(submission.reference)).content.decode()

    row = reverse("treatment_forms_desk:request", args=[submission.reference])
    assert (row in text) == is_shown
    assert "1 request looks like spam" in text


def test_spam_of_a_form_that_is_not_theirs_is_not_counted(staff):
    make_submission(status=State.SPAM, form_key=uuid4())

    assert "looks like spam" not in log_in(staff).get(reverse(LIST)).content.decode()


def test_a_list_without_spam_asks_for_no_judgement(form_page, staff):
    make_delivery(make_submission(form_key=form_page.translation_key))

    assert "looks like spam" not in log_in(staff).get(reverse(LIST)).content.decode()
