"""What the coordinator's mail says, and what it never says."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.formats import date_format

from tests.treatment_forms.rows import (
    ANSWERS,
    NOON,
    SNAPSHOT,
    make_attachment,
    make_delivery,
    make_submission,
)
from treatment_forms.mail.message import build
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db


def get_html(message):
    [(html, kind)] = [tuple(part) for part in message.alternatives]
    assert kind == "text/html"
    return html


def build_for(submission):
    return build(make_delivery(submission))


def test_the_subject_holds_the_reference_only():
    submission = make_submission(form_title="Vera's tumour")

    assert build_for(submission).subject == f"Request {submission.reference}"


def test_a_test_request_says_so_in_subject_and_both_bodies():
    message = build_for(make_submission(is_test=True))

    assert message.subject.startswith("Test request TR-")
    assert "This is a test request" in message.body
    assert "This is a test request" in get_html(message)


def test_it_names_topic_language_time_and_the_way_to_the_request(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "BASE_URL": "https://care.example"}
    settings.TIME_ZONE = "UTC"
    submission = make_submission(language_code="ar")
    path = reverse("treatment_forms_desk:request", args=[submission.reference])

    for text in (lambda message: [message.body, get_html(message)])(build_for(submission)):
        for part in (
            submission.reference,
            "Cancer treatment",
            "oncology",
            "Arabic",
            f"{date_format(NOON, 'DATETIME_FORMAT')} UTC",
            f"https://care.example{path}",
        ):
            assert part in text


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_each_file_is_named_with_its_size_state_and_link(verdict):
    submission = make_submission()
    file = make_attachment(submission, content=b"x" * 2048, verdict=verdict, name="Снимок 1.pdf")
    path = reverse("treatment_forms_desk:file", args=[submission.reference, file.position])

    message = build_for(submission)

    for text in (message.body, get_html(message)):
        for part in ("Снимок 1.pdf", "2.0\xa0KB", str(verdict.label), path):
            assert part in text
    assert file.token not in message.body + get_html(message)


def test_no_file_is_ever_attached():
    submission = make_submission()
    make_attachment(submission, verdict=Verdict.CLEAN)

    assert build_for(submission).attachments == []


def test_answers_stay_out_unless_the_form_lets_them_in():
    message = build_for(make_submission())

    for words in ("Vera", "vera@", "Stage two"):
        assert words not in message.body + get_html(message) + message.subject


def test_answers_are_told_where_the_form_says_so():
    snapshot = [{**field, "in_mail": True} for field in SNAPSHOT]

    message = build_for(make_submission(form_snapshot=snapshot))

    for text in (message.body, get_html(message)):
        assert "Full name" in text
        assert "Stage two" in text


def test_a_reply_goes_to_the_patient_and_the_mail_comes_from_us(settings):
    settings.DEFAULT_FROM_EMAIL = "Care <care@site.example>"

    message = build_for(make_submission())

    assert message.reply_to == ["vera@example.com"]
    assert message.from_email == "Care <care@site.example>"


@pytest.mark.parametrize(
    "address",
    ["", "not an address", "a@b.example\r\nBcc: spy@evil.example", "a@b.example\n", None, 7],
)
def test_an_address_that_is_none_is_no_reply_to(address):
    message = build_for(make_submission(answers={**ANSWERS, "email": address}))

    assert not message.reply_to
    assert "Your reply goes" not in message.body
    assert b"evil" not in message.message().as_bytes()


def test_nothing_that_a_visitor_sends_makes_a_header():
    evil = "x\r\nBcc: spy@evil.example"
    submission = make_submission(
        topic=evil, form_title=evil, answers={"name": evil, "email": evil, "message": evil}
    )
    make_attachment(submission, name=evil)

    headers = build_for(submission).message().items()

    assert "Bcc" not in dict(headers)
    assert {name for name, _value in headers} == {
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    }


def test_robots_are_told_that_a_robot_writes():
    message = build_for(make_submission())

    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_second_try_has_the_same_message_id_and_metadata_without_the_patient():
    delivery = make_delivery()

    first, second = build(delivery), build(delivery)

    assert first.extra_headers == second.extra_headers
    assert first.metadata == second.metadata
    assert set(first.metadata) == {"reference", "message"}
    assert len(first.metadata["message"]) <= 80


def test_names_that_deceive_are_shown_for_what_they_are():
    submission = make_submission()
    make_attachment(submission, name="report\u202efdp.exe")
    make_attachment(submission, name="a\nb<script>.pdf")

    message = build_for(submission)

    assert "\u202e" not in message.body + get_html(message)
    assert "report\ufffdfdp.exe" in message.body
    assert "a\ufffdb<script>.pdf" in message.body
    assert "<script>" not in get_html(message)


def test_it_is_written_in_the_sites_language_whatever_the_workers_is(settings):
    from django.utils import translation

    settings.LANGUAGE_CODE = "ar"
    with translation.override("en"):
        html = get_html(build_for(make_submission()))

    assert '<html lang="ar" dir="rtl">' in html


def test_it_survives_the_way_through_djangos_mail():
    build_for(make_submission()).send()

    assert mail.outbox[0].to == ["care@example.org"]
