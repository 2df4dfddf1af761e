"""What is Latin in an Arabic text, and the other way round, stays as it was written."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.patients import read_mail, send_request
from tests.treatment_forms.posting import PDF, Sent
from treatment_forms.bidi import isolate, isolate_numbers
from treatment_forms.formfields import get_dialling_codes

PHONE = "+49 30 123 45 67"
MAIL = "care@example.org"


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "scan.pdf", "scan.pdf"),
        ("en", "تقرير.pdf", "\u2068تقرير.pdf\u2069"),
        ("ru", "снимок.jpg", "снимок.jpg"),
        ("ar", "scan (2).pdf", "\u2068scan (2).pdf\u2069"),
        ("ar", "two\nlines", "two\nlines"),
    ],
)
def test_a_name_is_isolated_where_it_could_turn_its_line(
    language: str, text: str, shown: str
) -> None:
    with translation.override(language):
        assert isolate(text) == shown


def test_a_telephone_number_is_not_turned_round_in_an_arabic_line() -> None:
    line = f"الهاتف {PHONE}، \u2066+44 20 7946 0123\u2069 (2026)"

    with translation.override("ar"):
        shown = isolate_numbers(line)

    assert shown == line.replace(PHONE, f"\u2068{PHONE}\u2069")
    with translation.override("en"):
        assert isolate_numbers(f"Phone {PHONE}") == f"Phone {PHONE}"


@pytest.mark.django_db
def test_an_arabic_confirmation_is_written_from_right_to_left() -> None:
    page = make_form_page(contacts=f"<p>الهاتف {PHONE}، \u2068{MAIL}\u2069 & co.</p>")
    submission, _ = send_request(page)
    submission.language_code = "ar"
    submission.save()

    mail = read_mail(submission)

    [(html, _kind)] = mail.alternatives
    assert '<html lang="ar" dir="rtl">' in html
    assert f"<bdi>{submission.reference}</bdi>" in html
    for text in (mail.body, html):
        assert f"\u2068{PHONE}\u2069" in text
    assert f"\u2068{submission.reference}\u2069" in mail.body
    assert f'\u2068<a href="mailto:{MAIL}">{MAIL}</a>\u2069 &amp; co.' in html


@pytest.mark.django_db
def test_an_arabic_file_name_turns_no_line_of_a_mail_to_staff() -> None:
    submission, _ = send_request(make_form_page(), Sent("تقرير (2).pdf", PDF))

    mail = read_mail(submission, "coordinator")

    [(html, _kind)] = mail.alternatives
    assert "- \u2068تقرير (2).pdf\u2069 (" in mail.body
    assert "<bdi>تقرير (2).pdf</bdi>" in html


def test_country_codes_keep_their_plus_in_front() -> None:
    with translation.override("ar"):
        labels = dict(get_dialling_codes())

    assert str(labels["DE"]).endswith(" \u2068+49\u2069")


@pytest.mark.parametrize("template", ["503", "500", "status_down"])
def test_pages_without_a_frame_know_their_direction(template: str) -> None:
    with translation.override("ar"):
        html = render_to_string(f"treatment_forms/{template}.html", {"code": "1a2b"})

    assert '<html lang="ar" dir="rtl">' in html
