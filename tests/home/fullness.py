"""Pages and snippets with something in every place where something can stand."""

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page, TranslatableMixin
from wagtail.rich_text import RichText
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from home.blocks import strings
from home.models import Disclaimer
from tests.factories import get_home, make_category, make_clinic, make_image

OURS = ("home", "articles", "treatment_forms")
MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, TranslatableMixin) and model._meta.app_label in OURS
]
PAGES = [model for model in MODELS if issubclass(model, Page)]

# Every kind of leaf is in one of these: what translators are given, and what they are not.
WORDS = (strings.CharBlock, strings.TextBlock, strings.RichTextBlock)
CODES: dict[type, Callable[["Filler"], Any]] = {
    strings.CodeBlock: lambda filler: "code-17",
    blocks.PageChooserBlock: lambda filler: filler.choose_page(),
    ImageChooserBlock: lambda filler: filler.image,
    blocks.URLBlock: lambda filler: "https://code.example/17",
    blocks.DateBlock: lambda filler: date(2026, 2, 5),
    blocks.IntegerBlock: lambda filler: 3,
    blocks.DecimalBlock: lambda filler: Decimal("17.50"),
    blocks.BooleanBlock: lambda filler: True,
    blocks.ChoiceBlock: lambda filler: filler.choose_last(),
    blocks.RegexBlock: lambda filler: "+44 20 7946 0000",
}
TWINS = (SnippetChooserBlock,)


class Filler:
    """Fills blocks and fields; each text has a number of its own, by which it is found again."""

    def __init__(self, seed: int = 0) -> None:
        self.words: list[str] = []
        self.random = random.Random(seed)
        self.page = get_home()
        self.image = make_image()
        make_clinic()
        self.block: Any = None

    def make_word(self) -> str:
        self.words.append(f"word{len(self.words):04}")
        return self.words[-1]

    def make_rich_text(self) -> str:
        link = f'<a id="{self.page.pk}" linktype="page">there</a>'
        return f"<p>{self.make_word()}: <b>10<sup>9</sup></b> cells, {link}.</p>"

    def choose_page(self) -> Any:
        wanted = self.block.target_model
        return self.page if isinstance(self.page, wanted) else wanted.objects.first()

    def choose_last(self) -> str:
        return list(self.block.field.choices)[-1][0]

    def fill(self, block: Any) -> Any:
        if isinstance(block, TypedTableBlock):
            return self.fill_table(block)
        if isinstance(block, blocks.StructBlock):
            return {name: self.fill(child) for name, child in block.child_blocks.items()}
        if isinstance(block, blocks.ListBlock):
            return [self.fill(block.child_block) for _ in range(self.random.randint(1, 3))]
        if isinstance(block, blocks.StreamBlock):
            return self.fill_stream(block)
        return self.fill_leaf(block)

    def fill_leaf(self, block: Any) -> Any:
        self.block = block
        for kind, make in CODES.items():
            if isinstance(block, kind):
                return make(self)
        if isinstance(block, TWINS):
            return Disclaimer.objects.get(locale__language_code="en")
        if isinstance(block, strings.RichTextBlock):
            return RichText(self.make_rich_text())
        assert isinstance(block, WORDS), f"say of {type(block).__name__} whether it holds words"
        return self.make_word()

    def fill_stream(self, block: Any) -> list[tuple[str, Any]]:
        """Every block once, and some more than once, in any order; of the disclaimer one."""
        names = list(block.child_blocks)
        names += self.random.choices(names, k=3)
        self.random.shuffle(names)
        limits = {name: limit["max_num"] for name, limit in block.meta.block_counts.items()}
        most = block.meta.max_num or len(names)
        kept = [n for i, n in enumerate(names) if names[:i].count(n) < limits.get(n, len(names))]
        return [(name, self.fill(block.child_blocks[name])) for name in kept[:most]]

    def fill_table(self, block: Any) -> TypedTable:
        child = block.child_blocks["text"]
        columns = [{"block": child, "heading": self.make_word()} for _ in range(2)]
        figure = RichText("<p>17.50</p>")
        rows = [{"values": [self.fill(child), figure]} for _ in range(2)]
        return TypedTable(columns, rows, self.make_word())

    def make(self, model: Any) -> Any:
        """An unsaved row with every field of its own filled, words and codes."""
        row = model()
        given = {f.field_name for f in get_translatable_fields(model) if is_words(f)}
        for field in model._meta.concrete_fields:
            if field.editable and field.name in names_of(model):
                value = self.make_value(field, is_word=field.name in given)
                if value is not None:
                    setattr(row, field.name, value)
        return row

    def make_value(self, field: Any, *, is_word: bool) -> Any:
        if isinstance(field, StreamField):
            filled = field.to_python(self.fill_stream(field.stream_block))
            return field.to_python(field.get_prep_value(filled))  # as it is stored: with ids
        if isinstance(field, models.ForeignKey):
            return {"SiteImage": self.image, "Category": make_category()}.get(
                field.related_model.__name__
            )
        if not is_word:
            return None
        return self.make_rich_text() if isinstance(field, RichTextField) else self.make_word()


def names_of(model: Any) -> set[str]:
    return {declared.field_name for declared in get_translatable_fields(model)}


def is_words(declared: Any) -> bool:
    return isinstance(declared, TranslatableField)
