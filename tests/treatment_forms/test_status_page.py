"""The page of a request: what it tells, to whom, and what it never does by itself."""

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.treatment_forms.patients import get_mailed_url, look, press, send_request
from tests.treatment_forms.posting import ANSWERS, PDF, Sent, follow, post
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from treatment_forms.models import Alarm, Delivery
from treatment_forms.services.status import get_status
from treatment_forms.services.transition import move_submission
from treatment_forms.states import DeliveryState, State, Verdict
from treatment_forms.tokens import make_link_token, make_status_token

pytestmark = pytest.mark.django_db
SCAN = Sent("biopsy Sadykova.pdf", PDF)


# --- How far it is --------------------------------------------------------------------


def test_a_request_is_received_first():
    status = get_status(make_submission())

    assert status.received_at == NOON
    assert status.state == State.RECEIVED
    rest = (status.checked_at, status.sent_at, status.delivered_at, status.read_at)
    assert rest == (None, None, None, None)
    assert status.files == []


def test_files_are_checked_when_the_last_verdict_is_there():
    submission = make_submission()
    make_attachment(submission, verdict=Verdict.CLEAN, verdict_at=NOON)
    late = make_attachment(submission)
    assert get_status(submission).checked_at is None

    late.verdict, late.verdict_at = Verdict.INFECTED, NOON + timedelta(minutes=2)
    late.save()

    status = get_status(submission)
    assert status.checked_at == NOON + timedelta(minutes=2)
    assert [file.state for file in status.files] == [Verdict.CLEAN, Verdict.INFECTED]


@pytest.mark.parametrize("state", DeliveryState)
def test_only_what_a_provider_delivered_is_delivered(state):
    submission = make_submission()
    due_at = NOON if state in {"waiting", "pending", "sending"} else None
    make_delivery(submission, state=state, due_at=due_at)

    status = get_status(submission)

    # Who calls a mail spam has got it.
    assert bool(status.delivered_at) == (state in {"delivered", "complained"})
    assert bool(status.sent_at) == (state in {"accepted", "delivered", "complained"})


def test_a_mail_to_the_sender_is_no_delivery_to_a_coordinator():
    submission = make_submission()
    for kind in (Delivery.Kind.CONFIRMATION, Delivery.Kind.ADDITION):
        make_delivery(submission, kind=kind, state=DeliveryState.DELIVERED, due_at=None)

    assert get_status(submission).delivered_at is None


def test_a_request_that_was_read_has_arrived_whatever_the_mails_say():
    submission = make_submission()
    make_delivery(submission, state=DeliveryState.DEAD, due_at=None)
    later = NOON + timedelta(hours=1)
    move_submission(submission.pk, source=State.RECEIVED, target=State.OPENED, at=later)
    submission.refresh_from_db()

    status = get_status(submission)

    assert (status.delivered_at, status.read_at) == (later, later)
    assert status.state == State.OPENED


def test_who_is_taken_for_a_machine_is_not_told(form_page):
    submission, url = send_request(form_page)
    before = look(url)
    submission.deliveries.all().delete()  # as for spam: nobody is told
    move_submission(submission.pk, source=State.RECEIVED, target=State.SPAM, at=NOON)

    after = look(url)

    assert get_status(type(submission).objects.get()).state == State.RECEIVED
    for words in ("Received", "Delivered to a coordinator", "It waits for a coordinator to open"):
        assert words in before
        assert words in after
    assert "spam" not in after.lower()


def test_a_status_costs_three_queries(django_assert_num_queries):
    submission = make_submission()
    for _file in range(3):
        make_attachment(submission)

    with django_assert_num_queries(3):
        get_status(submission)


def test_the_page_says_in_words_how_far_the_request_is(form_page):
    submission, url = send_request(form_page, SCAN)

    first = look(url)
    submission.attachments.update(verdict=Verdict.CLEAN, verdict_at=NOON, due_at=None)
    move_submission(submission.pk, source=State.RECEIVED, target=State.OPENED, at=NOON)
    then = look(url)

    assert "We check your files for safety." in first
    assert "It waits for a coordinator to open it." in first
    assert first.count("tf-steps__step--done") == 1
    assert "The safety check of your files is finished." in then
    assert "A coordinator has opened your request" in then
    assert then.count("tf-steps__step--done") == 4


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.NOT_YET, "is being checked"),
        (Verdict.CLEAN, "is safe"),
        (Verdict.INFECTED, "was deleted. Please send another copy"),
        (Verdict.UNSCANNABLE, "could not check it"),
        (Verdict.RELEASED, "a coordinator has looked at it"),
    ],
)
def test_each_file_has_its_state_in_words(verdict, words):
    submission = make_submission()
    make_attachment(submission, verdict=verdict)

    assert words in look(get_own_url(submission))


def get_own_url(submission):
    return reverse("treatment_forms:status", args=[make_status_token(submission.reference)])


# --- Who is told what -----------------------------------------------------------------


def test_nothing_of_the_answers_is_on_it(form_page):
    _submission, url = send_request(form_page, SCAN)

    text = look(url)

    for value in (ANSWERS["full_name"], ANSWERS["email"], ANSWERS["message"], "701"):
        assert value not in text


def test_names_of_files_are_for_the_sender_and_not_for_whoever_got_the_mail(form_page):
    submission, url = send_request(form_page, SCAN)

    assert SCAN.name in look(url)
    mailed = look(get_mailed_url(submission))
    assert "biopsy" not in mailed
    assert "File 1" in mailed


def test_a_name_that_turns_the_text_around_is_shown_as_it_is_written():
    submission = make_submission()
    make_attachment(submission, name="scan\u202efdp.exe")

    assert "\u202e" not in look(get_own_url(submission))


def test_the_page_is_nobodys_but_its_holders(form_page):
    _submission, url = send_request(form_page)

    response = Client().get(url)

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex"' in response.content.decode()
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()


def test_it_runs_nothing_inline_and_asks_nobody_else(form_page):
    submission, url = send_request(form_page, SCAN)

    for text in (look(url), look(f"{url}withdraw/"), look(get_mailed_url(submission))):
        assert " style=" not in text
        assert "<style" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/')


def make_forged_urls(url, submission):
    reference = submission.reference
    signature = url.rstrip("/").rpartition(":")[2]
    link = make_link_token(1).rpartition(":")[2]
    return [
        url.replace(signature, signature[:-1] + ("A" if signature[-1] != "A" else "B")),
        url.replace(signature, link),
        url.replace(reference, "TR-0000-0000"),
        url.replace(f"{reference}:{signature}", make_status_token("TR-0000-0000")),
    ]


def test_forged_and_unknown_addresses_are_the_same_nothing(form_page):
    submission, url = send_request(form_page)

    answers = [Client().get(forged) for forged in make_forged_urls(url, submission)]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    for forged in make_forged_urls(url, submission):
        assert press(f"{forged}withdraw/").status_code == 404
        assert press(f"{forged}files/").status_code == 404
    submission.refresh_from_db()
    assert submission.status == State.RECEIVED


def test_a_reference_alone_is_no_key(form_page):
    submission, url = send_request(form_page)

    bare = url.replace(url.rstrip("/").rpartition("/")[2], submission.reference)

    assert Client().get(bare).status_code == 404


# --- What it never does by itself -----------------------------------------------------


def test_whatever_follows_links_changes_nothing(form_page):
    submission, url = send_request(form_page, SCAN)
    mailed = get_mailed_url(submission)
    events = submission.events.count()

    for address in (url, mailed, f"{url}withdraw/", f"{mailed}withdraw/"):
        assert Client().get(address).status_code == 200
        assert Client().head(address).status_code == 200
    for address in (f"{url}files/", f"{mailed}join/TR-0000-0000/"):
        assert Client().get(address).status_code == 405

    submission.refresh_from_db()
    assert submission.status == State.RECEIVED
    assert submission.events.count() == events


@pytest.mark.parametrize("path", ["withdraw/", "files/", "join/TR-0000-0000/"])
def test_another_site_can_press_nothing(form_page, path):
    submission, url = send_request(form_page)

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert press(url + path, **headers).status_code == 403

    submission.refresh_from_db()
    assert submission.status == State.RECEIVED


def test_what_is_refused_writes_no_address_into_the_log(form_page, caplog):
    _submission, url = send_request(form_page)
    token = url.rstrip("/").rpartition("/")[2]
    caplog.set_level(logging.INFO)

    press(f"{url}withdraw/", **{"Sec-Fetch-Site": "cross-site"})
    Client().post(url)
    Client().post(f"{url}files/", data=b"x", content_type="text/plain")

    assert token not in caplog.text
    assert token.rpartition(":")[2] not in caplog.text


# --- Trouble --------------------------------------------------------------------------


def break_database(_execute, *_query):
    raise OperationalError("server closed the connection")


def test_a_database_that_is_down_is_told_in_words_and_is_nobodys_fault(form_page):
    _submission, url = send_request(form_page)

    for ask in (Client().get, press):
        with connection.execute_wrapper(break_database):
            response = ask(f"{url}withdraw/" if ask is press else url)

        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "what we have of your request stays safe" in response.content.decode()


def test_what_nobody_foresaw_has_a_code_and_raises_the_alarm(form_page):
    _submission, url = send_request(form_page)
    form_page.fields.filter(clean_name="message").update(field_type="nonsense")

    response = Client(raise_request_exception=False).get(url)

    assert response.status_code == 500
    assert "please tell us this code" in response.content.decode()
    assert Alarm.objects.get().kind == Alarm.Kind.SUBMISSION_FAILED


# --- Thanks ---------------------------------------------------------------------------


def test_the_thanks_page_leads_to_it_and_says_that_a_mail_does_too(form_page):
    thanks = follow(post(form_page)).content.decode()

    assert "See how far your request is" in thanks
    assert "we send you a link there, too" in thanks


def test_whether_a_mail_is_sent_changes_nothing_on_the_thanks_page(form_page):
    pages = [follow(post(form_page, message=str(number))) for number in range(5)]

    sizes = {len(page.content) for page in pages}
    assert len(sizes) == 1


def test_the_thanks_page_of_a_withdrawn_request_says_so(form_page):
    response = post(form_page)
    page = follow(response).content.decode()
    url = page.split('tf-button--link" href="')[1].split('"')[0]
    press(f"{url}withdraw/")

    then = Client().get(response.headers["Location"], follow=True)

    assert "This request was withdrawn" in then.content.decode()
