"""What an editor may put into a page, and what becomes of the rest."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import CharBlock, ListBlock, StreamBlockValidationError, StructBlock, TextBlock

from articles.blocks import (
    AccreditationBlock,
    CorrectionBlock,
    PhoneBlock,
    PriceBlock,
    QuestionBlock,
    SourceBlock,
)
from articles.models import ClinicPage, NewsPage
from home.blocks.media import PictureBlock
from home.blocks.text import PARAGRAPH_FEATURES, skipped_levels
from home.models import HomePage, StandardPage
from tests.cast import log_in, make_editor
from tests.factories import make_body, make_clinic, make_hero, make_image, make_news

pytestmark = pytest.mark.django_db

WORD = """<p class="MsoNormal" style="margin-bottom:0cm"><span lang="EN-US"
 style="font-family:&quot;Calibri&quot;,sans-serif;color:red">CAR-T <b>cells</b></span><o:p></o:p>
<font face="Arial" color="#ff0000">are re-infused.</font><script>alert(1)</script>
<img src="http://elsewhere.example/pixel.gif" /></p>"""


def body_of(page_class: type[Any]) -> Any:
    return page_class._meta.get_field("body").stream_block


def streams() -> list[Any]:
    fields = [
        (HomePage, "hero"),
        (HomePage, "sections"),
        (HomePage, "body"),
        (StandardPage, "body"),
        (NewsPage, "hero"),
        (NewsPage, "body"),
        (NewsPage, "sources"),
        (NewsPage, "corrections"),
        (ClinicPage, "gallery"),
        (ClinicPage, "accreditations"),
        (ClinicPage, "prices"),
        (ClinicPage, "faq"),
        (ClinicPage, "phones"),
    ]
    return [
        pytest.param(block, id=f"{model.__name__}.{name}.{block.name}")
        for model, name in fields
        for block in model._meta.get_field(name).stream_block.child_blocks.values()
    ]


def texts_in(block: Any) -> list[Any]:
    """The plain text blocks in a block, at any depth."""
    if isinstance(block, ListBlock):
        return texts_in(block.child_block)
    if isinstance(block, StructBlock):
        return [text for child in block.child_blocks.values() for text in texts_in(child)]
    return [block] if isinstance(block, CharBlock | TextBlock) else []


@pytest.mark.parametrize("block", streams())
def test_a_text_that_nobody_gave_is_an_empty_one(block):
    for text in texts_in(block):
        assert text.to_python(None) == "", text.name
        assert text.normalize(None) == "", text.name
        assert text.get_default() is not None, text.name


def test_nobody_finds_a_page_by_searching_for_none():
    page = make_news(live=False, sources=[("source", {"publisher": "TASS"})], hero=make_hero())
    page = NewsPage.objects.get(pk=page.pk)

    assert "None" not in page.sources.stream_block.get_searchable_content(page.sources)
    assert "None" not in page.hero.stream_block.get_searchable_content(page.hero)


@pytest.mark.parametrize(
    ("levels", "wrong"),
    [
        ([], []),
        (["h2", "h3", "h4", "h2"], []),
        (["h2", "h2", "h3", "h3"], []),
        (["h3"], [0]),
        (["h2", "h4"], [1]),
        (["h2", "h4", "h2", "h4"], [1, 3]),
    ],
)
def test_a_heading_lies_at_most_one_level_below_the_one_before(levels, wrong):
    assert skipped_levels(levels) == wrong


def test_a_body_that_skips_a_heading_level_is_refused_at_that_heading():
    block = body_of(NewsPage)
    body = block.to_python(
        [
            {"type": "disclaimer", "value": {"disclaimer": None, "addendum": ""}},
            {"type": "heading", "value": {"level": "h2", "text": "Treatment"}},
            {"type": "heading", "value": {"level": "h4", "text": "Cost"}},
        ]
    )

    with pytest.raises(StreamBlockValidationError) as refusal:
        block.clean(body)

    assert list(refusal.value.block_errors) == [2]


def test_a_draft_may_skip_a_heading_level_for_now():
    block = body_of(NewsPage)
    body = block.to_python([{"type": "heading", "value": {"level": "h4", "text": "Cost"}}])
    block.defer_required_validation()
    try:
        assert len(block.clean(body)) == 1
    finally:
        block.restore_deferred_validation()


@pytest.mark.parametrize(
    ("caption", "heading", "codes"),
    [
        ("Stay", "Days", []),
        ("", "Days", ["no_caption"]),
        ("Stay", "", ["no_heading"]),
        ("", " ", ["no_caption", "no_heading"]),
    ],
)
def test_a_table_needs_a_caption_and_a_heading_for_each_column(caption, heading, codes):
    block = body_of(NewsPage).child_blocks["table"]
    table = {
        "columns": [{"type": "text", "heading": heading}],
        "rows": [{"values": ["<p>2</p>"]}],
        "caption": caption,
    }
    found = []
    try:
        block.clean(block.to_python({"table": table, "first_column_is_header": False}))
    except ValidationError as refusal:
        found = [e.code for e in refusal.block_errors["table"].non_block_errors.as_data()]

    assert found == codes


@pytest.mark.parametrize(
    ("value", "alt_texts", "accepted"),
    [
        ({"alt": "A ward"}, {}, True),
        ({"decorative": True}, {}, True),
        ({}, {"en": "A ward"}, True),
        ({}, {}, False),
    ],
)
def test_a_picture_is_described_or_decorative(value, alt_texts, accepted):
    block = PictureBlock()
    value = block.normalize({"image": make_image(alt_texts=alt_texts), **value})
    if accepted:
        assert block.clean(value)
    else:
        with pytest.raises(ValidationError) as refusal:
            block.clean(value)
        assert "alt" in refusal.value.block_errors


def test_a_picture_takes_credit_and_alt_from_itself_unless_the_page_says_more():
    image = make_image(credit="Harbour Clinic", alt_texts={"en": "A quiet ward"})
    block = PictureBlock()
    own = block.normalize({"image": image, "credit_prefix": "photo"})
    said = block.normalize(
        {
            "image": image,
            "alt": "Nurses at work",
            "credit_prefix": "photo_source",
            "credit_name": "Morozov Children's Hospital",
        }
    )

    assert (own.get_alt("en"), own.credit_line) == ("A quiet ward", "Photo: Harbour Clinic")
    assert said.get_alt("en") == "Nurses at work"
    assert said.credit_line == "Photo Source: Morozov Children's Hospital"
    assert own.get_alt("ru") == ""


@pytest.mark.parametrize("fields", [{"people_consent": "missing"}, {"expires_on": "2020-01-01"}])
def test_a_picture_that_may_not_be_shown_is_left_out_of_the_page(client, fields):
    page = make_news(hero=make_hero(make_image()))
    address = page.get_url()
    assert b"figure--hero" in client.get(address).content

    image = page.hero[0].value["image"]
    type(image).objects.filter(pk=image.pk).update(**fields)

    assert b"figure--hero" not in client.get(address).content


def test_nothing_of_words_clutter_survives_the_way_through_the_editor():
    converter = ContentstateConverter(features=PARAGRAPH_FEATURES)

    stored = converter.to_database_format(converter.from_database_format(WORD))

    assert "CAR-T <b>cells</b>" in stored
    assert "are re-infused." in stored
    for clutter in ("Mso", "style", "span", "font", "o:p", "script", "img", "lang", "red"):
        assert clutter not in stored


def test_styles_and_embeds_the_editor_does_not_offer_are_dropped_from_what_a_browser_sends():
    converter = ContentstateConverter(features=PARAGRAPH_FEATURES)
    sent = {
        "blocks": [
            {
                "key": "a",
                "type": "unstyled",
                "text": "Loud claims here",
                "depth": 0,
                "inlineStyleRanges": [
                    {"offset": 0, "length": 4, "style": "STRIKETHROUGH"},
                    {"offset": 0, "length": 4, "style": "color-ff0000"},
                ],
                "entityRanges": [{"offset": 12, "length": 4, "key": 0}],
            }
        ],
        "entityMap": {
            "0": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": "http://x.example"}}
        },
    }

    stored = converter.to_database_format(json.dumps(sent))

    assert "Loud claims" in stored
    for clutter in ("<s>", "color", "embed", "x.example"):
        assert clutter not in stored


@pytest.mark.parametrize("block", streams())
def test_every_block_tells_an_editor_what_it_is(block):
    assert block.get_description(), block.name
    assert block.meta.icon != "placeholder", block.name
    assert block.label, block.name
    assert block.is_previewable, block.name


@pytest.fixture(scope="class")
def editors_browser(kept_rows):
    """Of an editor, where there is a picture and a clinic to show."""
    with kept_rows():
        make_image()
        make_clinic()
        yield log_in(make_editor())


@pytest.mark.parametrize("block", streams())
class TestPreview:
    def test_every_block_shows_its_preview_in_the_editor(self, block, editors_browser):
        url = reverse("wagtailadmin_block_preview")

        answer = editors_browser.get(url, {"id": block.definition_prefix})

        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<main" in text
        assert text.split("<main", 1)[1].split("</main>")[0].count("<") > 2, "the preview is empty"


def test_a_request_button_appears_only_where_a_form_can_be_sent(client):
    call = ("request_call", {"heading": "", "text": "", "button": "Ask us now"})
    page = make_news(body=make_body(call))

    assert b"Ask us now" not in client.get(page.get_url()).content


@pytest.mark.parametrize(
    ("block", "value", "field"),
    [
        (PriceBlock, {"treatment": "Visit", "amount_from": 20, "amount_to": 10}, "amount_to"),
        (
            AccreditationBlock,
            {"body": "Board", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
            "valid_until",
        ),
        (PhoneBlock, {"number": "020 7946 0000"}, "number"),
        (SourceBlock, {"publisher": ""}, "publisher"),
        (CorrectionBlock, {"date": None, "text": "Wrong."}, "date"),
        (QuestionBlock, {"question": "Why?", "answer": ""}, "answer"),
    ],
)
def test_a_fact_that_cannot_be_true_is_refused_at_its_field(block, value, field):
    instance = block()
    value = {"currency": "EUR", **value} if block is PriceBlock else value

    with pytest.raises(ValidationError) as refusal:
        instance.clean(instance.to_python(value))

    assert list(refusal.value.block_errors) == [field]
