"""Every block that a page can hold is told to apps, also half written, and as its schema says."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from wagtail.fields import StreamField

from articles.documents.blocks import ArticleBlock
from articles.models import ClinicPage, NewsPage
from home.documents.blocks import FILLS, PlainBlock, make_blocks
from home.documents.context import Context
from home.models import HomePage, StandardPage
from tests.factories import make_clinic, make_image, make_news

BODIES = [
    (HomePage, "body", PlainBlock),
    (StandardPage, "body", PlainBlock),
    (NewsPage, "body", ArticleBlock),
    (ClinicPage, "body", ArticleBlock),
]


def get_validator(schema: Any) -> Draft202012Validator:
    described = TypeAdapter(list[schema]).json_schema(mode="serialization")
    return Draft202012Validator(described, format_checker=Draft202012Validator.FORMAT_CHECKER)


def get_children(model: Any, field: str) -> Iterator[tuple[str, Any, Any]]:
    stream: StreamField = model._meta.get_field(field)
    for name, block in stream.stream_block.child_blocks.items():
        yield name, block, stream.stream_block


@pytest.fixture
def _content(db: Any) -> None:
    """What the previews of blocks show."""
    make_image()
    make_clinic()
    make_news()


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize(("model", "field", "schema"), BODIES)
def test_every_block_of_every_body_is_as_its_schema_says(model, field, schema):
    page = NewsPage.objects.get()
    page.shown_request_page = page
    validator, told = get_validator(schema), set()

    for name, block, stream in get_children(model, field):
        context = Context(page)
        context.request_page = page
        value = stream.to_python([])
        value.append((name, block.get_preview_value()))
        blocks = [one.model_dump(mode="json") for one in make_blocks(value, context)]
        validator.validate(blocks)
        assert blocks, f"{name} is told of nowhere"
        told.add(name)

    assert told <= set(FILLS)


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize(("model", "field", "schema"), BODIES)
def test_a_block_that_is_not_written_yet_breaks_no_preview(model, field, schema):
    page, validator = NewsPage.objects.get(), get_validator(schema)

    for name, block, stream in get_children(model, field):
        empty = {} if hasattr(block, "child_blocks") else None
        for raw in (block.get_prep_value(block.get_default()), empty):
            value = stream.to_python([{"type": name, "value": raw, "id": "1"}])
            blocks = make_blocks(value, Context(page, is_preview=True))
            validator.validate([one.model_dump(mode="json") for one in blocks])
