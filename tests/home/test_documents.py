"""Rich text for apps: a tree, HTML and plain text that say the same, and leak nothing."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from home.documents import NotServable, build, build_disclaimer, parts
from home.models import Disclaimer
from tests.factories import make_body, make_clinic, make_news


def get_text(html: str) -> dict[str, Any]:
    """The rich text of a news page's only paragraph."""
    news = make_news(title="Told", body=make_body(("paragraph", html)))
    return json.loads(build(news).body)["body"][1]["text"]


SHAPES = [
    ("<p>One <b>bold</b> word</p>", "<p>One <b>bold</b> word</p>", "One bold word"),
    ("<p>a<br/>b</p>", "<p>a<br>b</p>", "a\nb"),
    ("loose <i>words</i>", "<p>loose <i>words</i></p>", "loose words"),
    (
        "<ol><li>one</li><li>two<ul><li>deep</li></ul></li></ol>",
        "<ol><li>one</li><li>two<ul><li>deep</li></ul></li></ol>",
        "1. one\n2. two\n  - deep",
    ),
    ('<p><a href="https://example.org/?a=1&amp;b">x</a></p>', None, "x"),
    ('<p><a href="javascript:alert(1)">x</a></p>', "<p>x</p>", "x"),
    ("<p>a</p><script>alert(1)</script><p>b</p>", "<p>a</p><p>b</p>", "a\n\nb"),
    ('<p onclick="x()">&lt;b&gt; &amp;</p>', "<p>&lt;b&gt; &amp;</p>", "<b> &"),
    ("<p>never closed <b>and", "<p>never closed <b>and</b></p>", "never closed and"),
    ("<div>" * 300 + "deep", "<p>deep</p>", "deep"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("stored", "html", "text"), SHAPES)
def test_rich_text_is_what_a_tree_can_say_and_nothing_else(stored, html, text):
    told = get_text(stored)

    assert told["html"] == (stored if html is None else html)
    assert told["text"] == text


@pytest.mark.django_db
def test_a_link_to_a_page_names_it_in_the_language_of_the_text():
    clinic = make_clinic()

    told = get_text(f'<p><a linktype="page" id="{clinic.pk}">See</a></p>')

    link = told["tree"][0]["children"][0]
    assert link["page"] == {"id": clinic.pk, "locale": "en", "path": "/en/clinics/harbour-clinic/"}
    assert link["url"].endswith("/en/clinics/harbour-clinic/")
    assert "linktype" not in told["html"]


def hide_by_restriction(clinic: Any) -> None:
    PageViewRestriction.objects.create(page=clinic.get_parent(), restriction_type="login")


def hide_by_unpublishing(clinic: Any) -> None:
    clinic.unpublish()


@pytest.mark.django_db
@pytest.mark.parametrize("hide", [hide_by_restriction, hide_by_unpublishing])
def test_a_page_that_nobody_may_read_is_named_nowhere_in_another(hide):
    clinic = make_clinic(title="Needle", slug="needle")
    link = f'<p><a linktype="page" id="{clinic.pk}">Read</a> on</p>'
    blocks = make_body(
        ("paragraph", link),
        ("clinic_card", {"clinic": clinic, "note": ""}),
        ("related_pages", {"heading": "", "pages": [clinic]}),
    )
    news = make_news(body=blocks)
    assert b"needle" in build(news).body

    hide(clinic)

    body = build(news).body
    assert b"eedle" not in body
    assert b"<p>Read on</p>" in body


@pytest.mark.django_db
def test_a_file_of_a_private_collection_is_linked_nowhere():
    collection = Collection.get_first_root_node().add_child(name="Staff")
    file = get_document_model().objects.create(title="T", file="needle.pdf", collection=collection)
    html = f'<p><a linktype="document" id="{file.pk}">File</a></p>'
    assert "/documents/" in get_text(html)["html"]

    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")

    told = get_text(html)
    assert (told["html"], told["tree"][0]["children"][0]["type"]) == ("<p>File</p>", "text")


@pytest.mark.django_db
def test_a_page_without_its_disclaimer_is_not_told():
    news = make_news()
    type(news).objects.filter(pk=news.pk).update(body=[])

    with pytest.raises(NotServable):
        build(type(news).objects.get(pk=news.pk))


@pytest.mark.django_db
def test_a_disclaimer_is_a_document_of_its_own():
    told = json.loads(build_disclaimer(Disclaimer.objects.get()))

    assert (told["type"], told["key"], told["locale"]) == ("disclaimer", "general", "en")
    assert len(told["body"]["text"]) > 200
    Draft202012Validator(parts.Disclaimer.model_json_schema()).validate(told)
