"""The mail to the sender: it confirms, leads to the request's page, and tells strangers nothing."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core import mail

from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.patients import (
    get_mailed_url,
    look,
    read_mail,
    send_mails,
    send_request,
)
from tests.treatment_forms.people import make_staff
from tests.treatment_forms.posting import ANSWERS, PDF, Sent, post
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from tests.wire.clamd import Mood
from treatment_forms.models import Delivery, Submission, SubmissionEvent
from treatment_forms.services.aftermath import follow
from treatment_forms.services.rehearse import rehearse
from treatment_forms.services.reply import (
    NOBODY,
    draft_confirmation,
    make_email_key,
    make_mailbox_key,
)
from treatment_forms.states import DeliveryState

pytestmark = pytest.mark.django_db
CONFIRMATION = Delivery.Kind.CONFIRMATION


def get_parts(message):
    return [message.body, message.alternatives[0][0]]


def test_the_sender_gets_a_mail_at_once_whatever_the_scan_says(form_page, clamd):
    clamd.mood = Mood.CLOSE_SILENT
    submission, _url = send_request(form_page, Sent("scan.pdf", PDF))

    reply = submission.deliveries.get(kind=CONFIRMATION)
    assert reply.recipient == ANSWERS["email"]
    assert reply.created_at == submission.received_at


def test_it_tells_the_reference_what_happens_next_and_where_to_look(form_page):
    form_page.auto_reply = "Anna Berg reads your papers.\nShe speaks Russian."
    form_page.contacts = '<p>Call <b>+49 30</b> or <a href="https://wa.me/4930">WhatsApp</a></p>'
    form_page.save()
    submission, _url = send_request(form_page)

    message = read_mail(submission)

    assert message.to == [ANSWERS["email"]]
    assert submission.reference in message.subject
    for text in get_parts(message):
        for words in (
            submission.reference,
            "She speaks Russian.",
            "within two working days",
            "not for emergencies",
            "Call +49 30 or WhatsApp",
            "https://wa.me/4930",
            get_mailed_url(submission),
            "somebody wrote your address by mistake",
        ):
            assert words in text, words


def test_it_holds_nothing_that_was_written(form_page):
    submission, _url = send_request(form_page, Sent("Aigerim-biopsy.pdf", PDF))

    sent = read_mail(submission).message().as_string()

    written = {value for key, value in ANSWERS.items() if key != "email" and len(value) > 3}
    for words in (*written, "Aigerim", "biopsy", "Treatment"):
        assert words not in sent, words


def test_no_machine_answers_it_and_nobody_is_given_to_answer_to(form_page):
    submission, _url = send_request(form_page)

    message = read_mail(submission)

    assert message.extra_headers["Auto-Submitted"] == "auto-replied"
    assert message.extra_headers["X-Auto-Response-Suppress"] == "All"
    assert message.reply_to == []
    assert form_page.recipients not in message.message().as_string()
    assert "nobody reads the replies" in message.body


def test_it_speaks_the_language_of_the_request_in_its_direction():
    submission = make_submission(language_code="ar")
    make_delivery(submission, kind=CONFIRMATION)

    html = get_parts(read_mail(submission))[1]

    assert '<html lang="ar" dir="rtl">' in html


def test_a_language_that_the_site_has_given_up_is_the_sites_own():
    submission = make_submission(language_code="xx")
    make_delivery(submission, kind=CONFIRMATION)

    assert f'<html lang="{site.LANGUAGE_CODE}"' in get_parts(read_mail(submission))[1]


def test_its_link_shows_the_request_in_every_language():
    for language in ("en", "ar"):
        submission = make_submission(language_code=language)
        make_delivery(submission, kind=CONFIRMATION)

        assert submission.reference in look(get_mailed_url(submission))


def test_without_an_address_there_is_no_mail(db):
    page = make_form_page(make_field("singleline", "name"))
    submission, _url = send_request(page, name="Vera")

    assert submission.email_key == ""
    assert not submission.deliveries.filter(kind=CONFIRMATION).exists()


def test_a_form_that_is_gone_says_less(form_page):
    submission, _url = send_request(form_page)
    form_page.delete()

    assert submission.reference in read_mail(Submission.objects.get()).body


# --- Limits ---------------------------------------------------------------------------


def test_one_mailbox_is_never_flooded_however_its_address_is_written(form_page):
    forms = ("vera.p@example.org", "verap@example.org", "VERAP+1@example.org", "verap@example.org")
    for number, email in enumerate(forms):
        post(form_page, email=email, message=str(number))

    mails = Delivery.objects.filter(kind=CONFIRMATION)
    last = Submission.objects.latest("pk")
    assert mails.count() == 3
    assert not last.deliveries.filter(kind=CONFIRMATION).exists()
    assert last.deliveries.filter(kind=Delivery.Kind.COORDINATOR).exists()
    assert last.events.filter(kind=SubmissionEvent.Kind.NO_REPLY).exists()
    assert "verap" not in str(list(SubmissionEvent.objects.values()))


def test_the_next_day_there_is_room_again(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_REPLIES": "1/1d"}
    days = [NOON + timedelta(days=number) for number in (0, 0, 1)]

    drafted = [draft_confirmation(make_submission(), at=day) for day in days]

    assert [len(mails) for mails in drafted] == [1, 0, 1]


def test_nothing_is_sent_to_the_patient_when_the_same_comes_twice(form_page):
    post(form_page)
    post(form_page)

    assert Delivery.objects.filter(kind=CONFIRMATION).count() == 1


# --- Keys -----------------------------------------------------------------------------


def test_an_address_is_kept_as_a_key_that_tells_nobody_which_it_is(form_page):
    submission, _url = send_request(form_page, email="Vera@Example.org")

    assert submission.email_key == make_email_key(" vera@example.org")
    assert "vera" not in submission.email_key
    assert make_email_key("") == make_email_key(None) == ""


@pytest.mark.parametrize(
    "other",
    ["vera+1@example.org", "v.era@example.org", "vera@example.com", "ver\u0430@example.org"],
)
def test_only_the_same_address_is_the_same_person(other):
    assert make_email_key(other) != make_email_key("vera@example.org")


def test_a_letter_that_only_turns_into_an_ascii_one_is_somebody_elses():
    assert make_email_key("\u212aate@example.org") != make_email_key("kate@example.org")
    assert make_mailbox_key("a.b+c@Example.org") == make_mailbox_key("ab@example.org")


# --- Who is told, and who not ---------------------------------------------------------


def test_a_confirmation_that_never_arrives_is_no_alarm_and_goes_to_nobody_else(form_page):
    form_page.fallback_recipient = "office@example.org"
    form_page.save()
    submission, _url = send_request(form_page)
    reply = submission.deliveries.get(kind=CONFIRMATION)

    follow(reply, DeliveryState.BOUNCED, at=NOON)

    assert not submission.alarms.exists()
    assert not submission.deliveries.filter(recipient="office@example.org").exists()


def test_a_test_request_answers_the_editor_who_sent_it(form_page):
    editor = make_staff("editor")
    receipt = rehearse(form_page, sender="test", at=NOON, email=editor.email)

    submission = Submission.objects.get(pk=receipt.submission_id)
    message = read_mail(submission)
    assert message.to == [editor.email]
    assert "This is a test request." in message.body


def test_a_test_request_of_an_editor_without_an_address_answers_nobody(form_page):
    rehearse(form_page, sender="test", at=NOON)

    assert not Delivery.objects.filter(kind=CONFIRMATION).exists()
    assert NOBODY.endswith("@example.org")


def test_it_leaves_by_the_same_way_as_all_mails(form_page):
    submission, _url = send_request(form_page)

    sent = mail.outbox or send_mails(submission)

    assert [ANSWERS["email"]] in [one.to for one in sent]
