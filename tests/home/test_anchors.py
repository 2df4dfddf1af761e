"""Headings keep the ids that links point at, and take none of the page's own."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.text import slugify
from wagtail.models import Site

from articles.models import ClinicDoctor
from home.documents import build
from home.models import SiteSettings
from tests.factories import make_body, make_clinic, make_image, make_news, make_person
from tests.treatment_forms.pages import make_form_page

pytestmark = pytest.mark.django_db

CORRECTION = {"date": "2026-02-06", "text": "An earlier version named the wrong year."}


def make_headings(*texts: str) -> list[tuple[str, Any]]:
    return make_body(*(("heading", {"level": "h2", "text": text}) for text in texts))


def make_full_news() -> Any:
    return make_news(title="Full", corrections=[("correction", CORRECTION)])


def make_full_clinic() -> Any:
    page = make_clinic(
        gallery=[("picture", {"image": make_image(), "alt": "A ward"})],
        faq=[("question", {"question": "May my family stay?", "answer": "<p>Yes.</p>"})],
        prices=[("price", {"treatment": "Visit", "amount_from": 10, "currency": "EUR"})],
        accreditations=[("accreditation", {"body": "Good board"})],
    )
    page.doctors = [ClinicDoctor(person=make_person())]
    return page


def get_ids(client: Client, page: Any) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', client.get(page.get_url()).content.decode())


@pytest.mark.parametrize("make", [make_full_news, make_full_clinic])
def test_no_heading_takes_an_id_that_the_page_has_of_its_own(make, client):
    form = make_form_page()
    SiteSettings.objects.update_or_create(
        site=Site.objects.get(), defaults={"request_page": form, "phone": "+44 20 7946 0000"}
    )
    page = make()
    own = [one for one in get_ids(client, page) if slugify(one) == one]
    assert {"main", "request", "disclaimer", "tf-form"} <= set(own)

    page.body = make_headings(*own, *(one.replace("-", " ").title() for one in own))
    page.save_revision().publish()

    found = get_ids(client, page)
    assert len(found) == len(set(found)) > 2 * len(own)


@pytest.mark.parametrize(
    ("texts", "anchors"),
    [
        (["How it works", "Сколько это стоит"], ["how-it-works", "сколько-это-стоит"]),
        (["Dose", "Dose", "Dose"], ["dose", "dose-2", "dose-3"]),
        (["Dose 2", "Dose", "Dose"], ["dose-2", "dose", "dose-3"]),
        (["Request", "Request"], ["h-request", "h-request-2"]),
        (["?", "!"], ["", ""]),
    ],
)
def test_the_page_and_the_app_are_told_of_the_same_anchors(texts, anchors, client):
    page = make_news(body=make_headings(*texts))

    told = [block.get("anchor") for block in json.loads(build(page).body)["body"][1:]]
    text = client.get(page.get_url()).content.decode()

    assert told == anchors
    assert re.findall(r"<h2(?: id=\"([^\"]*)\")?>", text) == anchors
