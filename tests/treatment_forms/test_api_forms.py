"""An app draws the form from its schema, in any language, and sends what fits it."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from wagtail.models import Locale, PageViewRestriction

from tests.treatment_forms.calling import ANSWERS, call, require_problem, send_document
from tests.treatment_forms.pages import (
    add_page,
    get_approver,
    get_root,
    make_field,
    make_form_page,
    make_section,
    say_otherwise,
)
from treatment_forms import choices
from treatment_forms.forms import KINDS
from treatment_forms.models import TreatmentFormPage, approve_consents

pytestmark = pytest.mark.django_db


def make_arabic(page):
    """The same form in another language, with words of its own."""
    locale, _ = Locale.objects.get_or_create(language_code="ar")
    other = TreatmentFormPage(title="طلب", slug="talab", recipients="a@b.example")
    other.translation_key, other.locale = page.translation_key, locale
    say_otherwise(other, "ع")
    rows = list(page.fields.all())
    for row in rows:
        row.pk, row.locale = None, locale
        row.label = f"ع {row.label}"
        row.help_text = f"ع {row.help_text}" if row.help_text else ""
        named = choices.parse(row.choices)
        row.choices = choices.write({key: f"ع {label}" for key, label in named.items()})
    other.fields = rows
    approve_consents(other, by=get_approver())
    return add_page(get_root(), other)


def get(page, locale="en", **headers):
    return call("GET", f"/forms/{page.translation_key}?locale={locale}", headers=headers)


def test_a_form_is_told_in_the_asked_language_with_the_same_keys_and_rules():
    page = make_form_page(max_files=3, contacts="<p>Call <b>us</b></p><p>Or write</p>")
    make_arabic(page)

    english, arabic = get(page).json(), get(page, "ar").json()

    assert (english["direction"], arabic["direction"]) == ("ltr", "rtl")
    assert english["locales"] == arabic["locales"] == ["ar", "en"]
    for one, other in zip(english["fields"], arabic["fields"], strict=True):
        assert (one["key"], one["kind"], one["required"]) == (
            other["key"],
            other["kind"],
            other["required"],
        )
        assert other["label"] == f"ع {one['label']}"
    assert english["answers"].keys() == arabic["answers"].keys()
    assert english["answers"]["required"] == arabic["answers"]["required"]
    patient, other = (
        next(field for field in form["fields"] if field["key"] == "patient")["choices"]
        for form in (english, arabic)
    )
    assert [one["key"] for one in patient] == [one["key"] for one in other]
    assert arabic["consents"][0]["text"].startswith("ع I agree")
    assert english["files"]["max_files"] == 3
    assert "contacts" in english["texts"]
    assert arabic["texts"]["button"] == f"ع {page.button_label}"
    assert "locale=en" not in json.dumps(english)


def test_what_fits_the_schema_is_taken_and_what_does_not_is_refused():
    page = make_form_page(closed_countries=["KP"])
    schema = get(page).json()["answers"]
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)

    assert judge.is_valid(ANSWERS)
    wrong = {
        "patient": "nobody",
        "full_name": "",
        "message": "x" * 10_001,
        "consent": False,
        "country": "KP",
        "topic": None,
        "unknown": "x",
    }
    for key, value in wrong.items():
        answers = {**ANSWERS, key: value}
        assert not judge.is_valid(answers), key
        document = {"locale": "en", "answers": answers, "manifest": []}
        assert send_document(page, document).status_code == 422, key
    for key, value in {"clinic": None, "phone": None, "phone-country": "KZ"}.items():
        answers = {**ANSWERS, key: value}
        assert judge.is_valid(answers), key
        document = {"locale": "en", "answers": answers, "manifest": []}
        assert send_document(page, document).status_code == 201, key


def test_every_kind_of_field_has_a_schema():
    clinics = make_section("Charité", "Bumrungrad")
    listed = {"choices": "a|A\nb|B"}
    page = make_form_page(
        *(
            make_field(
                kind,
                "files" if kind == "files" else f"a_{kind}",
                choose_from=clinics if kind == "page" else None,
                **(listed if kind in {"dropdown", "radio", "checkboxes"} else {}),
            )
            for kind, _label in KINDS
        )
    )

    told = get(page).json()

    Draft202012Validator.check_schema(told["answers"])
    assert [field["kind"] for field in told["fields"]] == [kind for kind, _label in KINDS]
    assert len(told["answers"]["properties"]["a_page"]["enum"]) == 2
    assert "a_files" not in told["answers"]["properties"]


def test_forms_are_listed_in_the_asked_language_only():
    page = make_form_page()
    make_form_page(slug="english-only", title="English only")
    make_arabic(page)

    english = call("GET", "/forms?locale=en").json()["items"]
    arabic = call("GET", "/forms?locale=ar").json()["items"]

    assert [one["title"] for one in english] == ["Request", "English only"]
    assert [(one["title"], one["key"]) for one in arabic] == [("طلب", str(page.translation_key))]


def test_a_language_that_a_form_is_not_in_names_those_that_it_is_in(form_page):
    told = require_problem(get(form_page, "ru"), 404, "not_in_this_language")
    assert told["available"] == ["en"]
    told = require_problem(call("GET", "/forms?locale=xx"), 404, "unknown_locale")
    assert told["locales"] == ["en"]
    other = make_arabic(form_page)
    other.unpublish()
    require_problem(get(form_page, "ar"), 404, "not_in_this_language")


def test_what_is_not_for_everybody_is_not_there(form_page):
    address = f"/forms/{form_page.translation_key}?locale=en"
    nothing = call("GET", f"/forms/{uuid4()}?locale=en")
    require_problem(nothing, 404, "not_found")
    require_problem(call("GET", "/forms/no-key?locale=en"), 404, "not_found")
    PageViewRestriction.objects.create(page=form_page, restriction_type="login")
    assert call("GET", address).content == nothing.content
    form_page.view_restrictions.all().delete()
    form_page.unpublish()
    assert call("GET", address).content == nothing.content


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("", 422, "invalid", "locale"),
        ("?locale=", 422, "invalid", "locale"),
        ("?locale=en&locale=ru", 400, "repeated_parameter", "locale"),
        ("?locale=en&lang=ru", 400, "unknown_parameter", "lang"),
        ("?locale=" + "e" * 5000, 422, "invalid", "locale"),
        ("?locale=en%00", 404, "not_in_this_language", "locale"),
        ("?locale=%ff%fe", 404, "not_in_this_language", "locale"),
    ],
)
def test_a_wrong_parameter_is_named(form_page, query, status, code, field):
    told = require_problem(call("GET", f"/forms/{form_page.translation_key}{query}"), status, code)
    assert told["field"] == field


def test_an_app_that_has_it_already_is_told_so(form_page):
    first = get(form_page)
    assert first.headers["Cache-Control"].startswith("public")
    assert first.headers["Content-Language"] == "en"
    assert not first.cookies

    again = get(form_page, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]

    form_page.button_label = "Ask"
    form_page.save()
    changed = get(form_page, **{"If-None-Match": first.headers["ETag"]})
    assert changed.json()["texts"]["button"] == "Ask"
    head = Client().head(f"/api/v1/forms/{form_page.translation_key}?locale=en")
    assert (head.status_code, head.headers["ETag"]) == (200, changed.headers["ETag"])
