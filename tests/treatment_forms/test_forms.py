"""Each kind of field: what it takes, what it keeps, and in which words it refuses."""

import datetime
import json

import pytest
from django.http import QueryDict
from django.utils import translation

from tests.treatment_forms.pages import make_field, make_form_page, make_section
from treatment_forms import choices, vault
from treatment_forms.answers import read_answers
from treatment_forms.forms import FormSpec, build_form


def fill(field, value="", **more):
    form_class = build_form(FormSpec(rows=[field]))
    data = QueryDict(mutable=True)
    data.setlist(field.clean_name, value if isinstance(value, list) else [value])
    for name, text in more.items():
        data[name] = text
    form = form_class(data=data)
    form.is_valid()
    return form


def make_choice(kind, **more):
    return make_field(kind, "q", choices="red|Red\nblue|Blue", **more)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (make_field("singleline", "q"), " Anna ", "Anna"),
        (make_field("multiline", "q"), "one\r\ntwo\rthree", "one\ntwo\nthree"),
        (make_field("email", "q"), "anna@example.org", "anna@example.org"),
        (make_field("url", "q"), "https://example.org/a", "https://example.org/a"),
        (make_field("number", "q"), "12.5", "12.5"),
        (make_field("date", "q"), "2026-11-22", "2026-11-22"),
        (make_field("country", "q"), "KZ", "KZ"),
        (make_field("phone", "q"), "+7 701 234-56-78", "+77012345678"),
        (make_field("phone", "q"), "٠٠٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", None),
        (make_field("phone", "q"), "+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "+442079460958"),
        (make_field("checkbox", "q", required=False), "", False),
        (make_field("checkbox", "q"), "on", True),
        (make_field("consent", "q"), "on", True),
        (make_choice("dropdown"), "red", "red"),
        (make_choice("radio"), "blue", "blue"),
        (make_choice("checkboxes"), ["red", "blue"], ["red", "blue"]),
        (make_field("hidden", "q"), "campaign", "campaign"),
    ],
)
def test_a_good_answer_is_kept_so_that_it_can_be_stored(field, value, kept):
    form = fill(field, value)

    if kept is None:
        assert not form.is_valid()
    else:
        assert form.errors == {}
        assert vault.unseal(vault.seal(form.answers)) == {"q": kept}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (make_field("singleline", "q"), "two\nlines"),
        (make_field("singleline", "q"), "x" * 256),
        (make_field("singleline", "q"), "bell\a"),
        (make_field("multiline", "q"), "nul\0"),
        (make_field("email", "q"), "anna@"),
        (make_field("url", "q"), "javascript:alert(1)"),
        (make_field("number", "q"), "1e999999"),
        (make_field("number", "q"), "NaN"),
        (make_field("date", "q"), "22.11.2026"),
        (make_field("country", "q"), "ZZ"),
        (make_field("phone", "q"), "701 234 56 78"),
        (make_field("phone", "q"), "call me"),
        (make_field("consent", "q"), ""),
        (make_choice("dropdown"), "Red"),
        (make_choice("dropdown"), ""),
        (make_choice("radio"), "green"),
        (make_choice("checkboxes"), ["red", "green"]),
    ],
)
def test_a_bad_answer_is_refused(field, value):
    assert "q" in fill(field, value).errors


def test_a_national_number_is_read_in_its_country():
    form = fill(make_field("phone", "q"), "8 701 234 56 78", **{"q-country": "KZ"})

    assert form.answers == {"q": "+77012345678"}


@pytest.mark.parametrize("country", ["ZZ", "kz\n", "X" * 50])
def test_a_country_of_a_number_that_does_not_exist_is_refused(country):
    assert "q" in fill(make_field("phone", "q"), "8 701 234 56 78", **{"q-country": country}).errors


def test_a_number_that_may_be_left_out_is_left_out():
    assert fill(make_field("phone", "q", required=False), "", **{"q-country": "KZ"}).answers == {
        "q": ""
    }


def test_countries_are_named_in_the_readers_language():
    with translation.override("ru"):
        shown = str(fill(make_field("country", "q"))["q"])

    assert ">Казахстан<" in shown


def test_the_snapshot_has_the_labels_that_were_seen_and_no_answer():
    form = fill(make_choice("radio", label="Colour?"), "red")

    assert form.snapshot == [
        {"key": "q", "kind": "radio", "label": "Colour?", "choices": {"red": "Red", "blue": "Blue"}}
    ]
    json.dumps(form.snapshot)


def test_a_country_is_read_by_its_name():
    form = fill(make_field("country", "q"), "KZ")

    (answer,) = read_answers(form.snapshot, form.answers)

    assert answer.text == "Kazakhstan"


def test_the_topic_is_the_key_of_the_answer_to_topic():
    topic = make_field("dropdown", "topic", choices="cost|What it costs")

    assert fill(topic, "cost").topic == "cost"
    assert fill(make_field("singleline", "topic"), "my secret").topic == ""
    assert fill(make_field("singleline", "q"), "x").topic == ""


def test_dates_numbers_and_lists_can_be_sealed():
    document = {"date": datetime.date(2026, 1, 2), "list": ["a"], "text": "Ж"}

    assert vault.unseal(vault.seal(document)) == {"date": "2026-01-02", "list": ["a"], "text": "Ж"}


@pytest.mark.django_db
def test_a_choice_of_pages_offers_the_live_public_children(db):
    section = make_section("Hill", "Harbour")
    draft = section.get_children().get(title="Hill")
    draft.unpublish()
    field = make_field("page", "q", choose_from=section)
    make_form_page(field)

    form = fill(field, str(section.get_children().get(title="Harbour").translation_key))

    assert [label for _key, label in form.fields["q"].choices][1:] == ["Harbour"]
    assert form.errors == {}
    assert "q" in fill(field, str(draft.translation_key)).errors


@pytest.mark.django_db
def test_a_choice_of_pages_without_a_section_is_empty(db):
    field = make_field("page", "q", required=False)
    make_form_page(field)

    assert fill(field).answers == {"q": ""}


# --- Choices as editors write them ----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Red\nBlue", {"red": "Red", "blue": "Blue"}),
        ("r|Red\nBlue", {"r": "Red", "blue": "Blue"}),
        ("r|Red\nr|Rose", {"r": "Red", "rose": "Rose"}),
        ("Same\nSame", {"same": "Same", "same_2": "Same"}),
        (" a | One \n\n b|Two|Three ", {"a": "One", "b": "Two|Three"}),
        ("Красный", {"krasnyy": "Красный"}),
        ("???", {"option": "???"}),
        ("not a key!|Label", {"not_a_keylabel": "not a key!|Label"}),
        ("", {}),
    ],
)
def test_choices_get_keys_that_are_made_once(text, parsed):
    assert choices.parse(text) == parsed
    assert choices.parse(choices.write(parsed)) == parsed


def test_renaming_a_label_keeps_its_key():
    written = choices.write(choices.parse("Red"))

    assert choices.parse(written.replace("Red", "Crimson")) == {"red": "Crimson"}
