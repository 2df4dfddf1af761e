"""What a clinic's page says, and for how long."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Site

from articles.models import ClinicDoctor, ClinicPage, ClinicSpecialty, NewsClinic
from articles.models.base import partner_note
from home.documents import build
from home.models import SiteSettings
from tests.cast import log_in, make_editor
from tests.factories import (
    make_body,
    make_clinic,
    make_clinic_index,
    make_news,
    make_person,
    make_specialty,
)
from tests.treatment_forms.pages import make_form_page

pytestmark = pytest.mark.django_db


def price(treatment: str, **value):
    return ("price", {"treatment": treatment, "amount_from": 1200, "currency": "EUR", **value})


def accreditation(body: str, **value):
    return ("accreditation", {"body": body, **value})


def test_facts_past_their_day_are_not_shown_and_stand_in_the_editors_report(client):
    today = timezone.localdate()
    page = make_clinic(
        prices=[
            price("Valid to this day", valid_until=today),
            price("Old price", valid_until=today - timedelta(days=1)),
            price("Without an end"),
        ],
        accreditations=[
            accreditation("Good board"),
            accreditation("Old board", valid_until=today - timedelta(days=1)),
        ],
    )

    text = client.get(page.get_url()).content.decode()
    report = log_in(make_editor()).get("/admin/reports/stale-facts/").content.decode()

    for words in ("Valid to this day", "Without an end", "Good board"):
        assert words in text
        assert words not in report
    for words in ("Old price", "Old board"):
        assert words not in text
        assert words in report


def test_a_clinic_without_old_facts_is_not_in_the_report():
    make_clinic(title="Fresh Clinic", prices=[price("Visit")])

    report = log_in(make_editor()).get("/admin/reports/stale-facts/").content.decode()

    assert "Fresh Clinic" not in report


@pytest.mark.parametrize(
    ("low", "high", "language", "text"),
    [
        (1200, None, "en", "from EUR 1,200"),
        (1200, None, "ru", "от 1 200 EUR"),
        (1200, None, "ar", "ابتداءً من 1,200 EUR"),
        (1200, 1500, "en", "EUR 1,200 – 1,500"),
        (1200, 1200, "en", "EUR 1,200"),
        (0, None, "en", "from EUR 0"),
        (0, 100, "en", "EUR 0 – 100"),
        (0, 0, "en", "EUR 0"),
        (None, 100, "en", "EUR 100"),
        (None, None, "en", ""),
    ],
)
def test_a_price_is_read_as_one_line(low, high, language, text):
    field = ClinicPage._meta.get_field("prices")
    value = field.to_python([price("Visit", amount_from=low, amount_to=high)])[0].value

    with translation.override(language):
        assert value.amount.replace("\xa0", " ") == text


def test_readers_see_the_whole_clinic(client):
    page = make_clinic(
        live=False,
        legal_name="Harbour Clinic Ltd",
        languages_spoken=["en", "ru"],
        founded=1998,
        beds=120,
        phones=[("phone", {"label": "Abroad", "number": "+64 4 000 0000"})],
        faq=[("question", {"question": "May my family stay?", "answer": "<p>Yes.</p>"})],
    )
    page.doctors = [ClinicDoctor(person=make_person("Dr. Sea Example"))]
    page.specialties = [ClinicSpecialty(specialty=make_specialty())]
    page.save_revision().publish()
    page = ClinicPage.objects.get(pk=page.pk)
    article = make_news(title="News of the harbour", live=False)
    article.related_clinics = [NewsClinic(clinic=page)]
    article.save_revision().publish()

    text = client.get(page.get_url()).content.decode()

    for words in (
        "Harbour Clinic Ltd",
        "Port Alder",
        "New Zealand",
        "Russian",
        "1998",
        "120",
        "+64 4 000 0000",
        "May my family stay?",
        "Dr. Sea Example",
        "Oncology",
        "News of the harbour",
        "does not constitute medical advice",
    ):
        assert words in text, words


def test_the_page_tells_search_engines_which_clinic_it_is(client):
    page = make_clinic(kind="hospital", latitude="-41.3", longitude="174.8")

    text = client.get(page.get_url()).content.decode()
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', text, re.DOTALL)[1])

    assert data["@type"] == "Hospital"
    assert data["address"]["addressCountry"] == "NZ"
    assert data["geo"]["latitude"] == -41.3


def test_the_list_filters_by_country_and_specialty_together(client):
    index = make_clinic_index()
    oncology, dental = make_specialty(), make_specialty("Dentistry", "dentistry")
    for title, country, specialty in (
        ("A", "NZ", oncology),
        ("B", "NZ", dental),
        ("C", "CH", oncology),
    ):
        page = make_clinic(index, title=title, country=country, live=False)
        page.specialties = [ClinicSpecialty(specialty=specialty)]
        page.save_revision().publish()

    def titles(**query):
        return [card.title for card in client.get(index.get_url(), query).context["cards"]]

    assert titles() == ["A", "B", "C"]
    assert titles(country="NZ") == ["A", "B"]
    assert titles(specialty="oncology") == ["A", "C"]
    assert titles(country="NZ", specialty="oncology") == ["A"]
    assert titles(country="no-such") == []
    context = client.get(index.get_url(), {"country": "NZ"}).context
    assert [link.title for link in context["countries"]] == ["New Zealand", "Switzerland"]
    assert context["country"] == "New Zealand"
    assert "country=NZ" in context["specialties"][0].url


@pytest.mark.parametrize("name", ["country", "specialty"])
@pytest.mark.parametrize("value", ["no-such", "\x00", "NZ\x00"])
def test_a_filter_that_is_no_link_of_ours_is_not_asked_of_the_database(client, name, value):
    address = make_clinic().get_parent().get_url()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, {name: value})

    assert (response.status_code, response.context["cards"]) == (200, [])
    assert [query["sql"] for query in queries if value in query["sql"]] == []


@pytest.mark.parametrize(
    ("partners", "words"),
    [([], ""), ([False], "We have no agreement"), ([True, False], "an agreement with: Clinic 0.")],
)
def test_readers_are_told_whether_a_named_clinic_is_a_partner(partners, words):
    clinics = [ClinicPage(title=f"Clinic {n}", is_partner=p) for n, p in enumerate(partners)]

    assert (words in partner_note(clinics)) if words else partner_note(clinics) == ""


def card(*clinics: ClinicPage) -> list[tuple[str, Any]]:
    return make_body(*(("clinic_card", {"clinic": clinic, "note": ""}) for clinic in clinics))


def related(*clinics: ClinicPage) -> list[tuple[str, Any]]:
    return make_body(("related_pages", {"heading": "", "pages": list(clinics)}))


@pytest.mark.parametrize("name_in", [card, related])
def test_a_clinic_that_only_the_text_names_is_disclosed_on_the_page_and_to_apps(name_in, client):
    form = make_form_page()
    SiteSettings.objects.update_or_create(site=Site.objects.get(), defaults={"request_page": form})
    partner = make_clinic(title="Partner", is_partner=True)
    stranger = make_clinic(title="Stranger")
    draft = make_clinic(title="Unseen", is_partner=True, live=False)
    agreed = "We have an agreement with: Partner."
    pages = {
        make_news(title="Partner", body=name_in(partner, stranger)): agreed,
        make_news(title="Strange", body=name_in(stranger, draft)): "We have no agreement",
        make_news(title="None", body=name_in(draft)): "",
        make_clinic(title="Other", body=name_in(partner, partner)): agreed,
    }

    for page, words in pages.items():
        note = json.loads(build(page).body)["partner_note"]
        assert note.startswith(words)
        assert bool(note) == bool(words)
        text = client.get(page.get_url()).content.decode()
        assert words in text
        assert ("agreement with" in text) == bool(words)


def test_readers_see_on_which_day_somebody_checked(client):
    facts = {"treatment": "Visit", "amount_from": 10, "currency": "EUR"}
    page = make_clinic(
        prices=[("price", {**facts, "checked_on": date(2026, 2, 5)})],
        accreditations=[accreditation("Good board", verified_on=date(2026, 3, 6))],
    )

    text = client.get(page.get_url()).content.decode()

    assert "Checked by us on Feb 05, 2026." in text
    assert "Checked by us on Mar 06, 2026." in text
