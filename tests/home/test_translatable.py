"""What translators are given, declared beside each model: words, and nothing that is a code."""

import re
from collections import Counter
from typing import Any

import pytest
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.segments import (
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments

from articles.models import ClinicPage, NewsPage
from home.blocks.strings import CodeBlock
from home.models import Disclaimer
from tests.home.fullness import CODES, MODELS, Filler, is_words, names_of

pytestmark = pytest.mark.django_db

WORD = re.compile(r"word\d{4}")
# What is Wagtail's own to keep, and of one language only: when it was published, by whom.
OWN = {"go_live_at", "expire_at", "first_published_at", "content_type", "owner"}
TREE = {"path", "depth", "numchild"}
NAMED_LIKE_CODES = re.compile(
    r"(^|_)(id|key|slug|url|address_of|number|code|date|on|from|until|phone|email|kind|level|"
    r"count|currency|latitude|longitude|website|page|image|country|prefix)$"
)


def get_fields(model: Any) -> set[str]:
    """What an editor can change of it, rows among them."""
    names = {
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not isinstance(field, models.AutoField)
        if not (field.remote_field and getattr(field.remote_field, "parent_link", False))
        if type(field).__name__ != "ParentalKey"
    }
    if issubclass(model, ClusterableModel):
        names |= {relation.name for relation in get_all_child_relations(model)}
    names -= {COMMENTS_RELATION_NAME, *OWN, *(TREE if issubclass(model, Page) else ())}
    return names - {"sort_order"}


def get_leaves(block: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(block, blocks.ListBlock):
        return get_leaves(block.child_block, name)
    if isinstance(block, blocks.StructBlock | blocks.StreamBlock | TypedTableBlock):
        return [leaf for n, child in block.child_blocks.items() for leaf in get_leaves(child, n)]
    return [(name, block)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_declared_to_be_words_or_the_same(model: Any) -> None:
    assert get_fields(model) - names_of(model) == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_translators_are_given_each_text_once_and_no_code(model: Any) -> None:
    filler = Filler()
    row = filler.make(model)

    segments = extract_segments(row)

    kinds = (StringSegmentValue, TemplateSegmentValue, RelatedObjectSegmentValue)
    assert [segment for segment in segments if not isinstance(segment, kinds)] == []
    texts = [s.render_text() for s in segments if isinstance(s, StringSegmentValue)]
    assert Counter(WORD.findall(" ".join(texts))) == Counter(filler.words)
    # `title` and the like may be empty in a row that was never saved; nothing else is there.
    assert [text for text in texts if not WORD.search(text)] == []
    assert not re.search(r"code-17|https?:|linktype|17\.50|\+44|2026", " ".join(texts))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_that_is_named_like_a_code_is_given_to_translators(model: Any) -> None:
    given = [f for f in get_translatable_fields(model) if is_words(f)]
    columns = [f.get_field(model) for f in given]
    names = {field.name for field in columns if not isinstance(field, StreamField)}
    for field in columns:
        if isinstance(field, StreamField):
            leaves = get_leaves(field.stream_block)
            names |= {name for name, leaf in leaves if not isinstance(leaf, tuple(CODES))}

    assert {name for name in names if NAMED_LIKE_CODES.search(name)} == set()


@pytest.mark.parametrize("model", [NewsPage, ClinicPage])
def test_ordered_rows_go_along_and_reviews_stay_behind(model: Any) -> None:
    rows = {NewsPage: {"authors", "related_clinics"}, ClinicPage: {"doctors"}}[model]

    assert rows | {"specialties"} <= names_of(model)
    assert not any("review" in name for name in names_of(model))


def test_the_dates_of_one_language_are_not_carried_to_another() -> None:
    assert not {"first_published_at", "go_live_at", "expire_at"} & names_of(Disclaimer)


# Text that reads the same in every language. Whatever else is text is a translator's.
KEPT = {
    *("clean_name", "default_value", "email", "fallback_recipient", "key", "legal_name"),
    *("number", "recipients", "slug", "website"),
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_text_is_kept_from_translators_but_what_is_known_to_be_a_code(model: Any) -> None:
    given = {f.field_name for f in get_translatable_fields(model) if is_words(f)}
    kept = set()
    for field in model._meta.concrete_fields:
        if isinstance(field, StreamField):
            leaves = get_leaves(field.stream_block)
            kept |= {name for name, leaf in leaves if isinstance(leaf, CodeBlock)}
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            kept |= {field.name} & names_of(model) - given

    assert kept - KEPT == set()
