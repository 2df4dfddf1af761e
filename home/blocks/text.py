"""Words in their several shapes. Rich text allows what a reader needs, and nothing pasted."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home.anchors import find_anchor
from home.blocks.strings import CharBlock, RichTextBlock, TextBlock

INLINE_FEATURES = ["bold", "italic", "superscript", "subscript", "link"]
PARAGRAPH_FEATURES = [*INLINE_FEATURES, "ol", "ul"]
GROUP = _("Text")


class HeadingLevel(models.TextChoices):
    H2 = "h2", _("Section (h2)")
    H3 = "h3", _("Part of a section (h3)")
    H4 = "h4", _("Detail (h4)")


class ListKind(models.TextChoices):
    BULLETS = "bullets", _("Bullets")
    NUMBERS = "numbers", _("Numbers")


class CalloutKind(models.TextChoices):
    NOTE = "note", _("Note")
    IMPORTANT = "important", _("Important")
    WARNING = "warning", _("Warning")


class ParagraphBlock(RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", PARAGRAPH_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        group = GROUP
        label = _("Paragraph")
        description = _("Running text with bold, italic, links and short lists.")
        template = "components/paragraph.html"
        preview_value = (
            "<p>The new ward has <b>twelve single rooms</b>. Families may stay overnight, and an "
            "interpreter is present at every consultation.</p>"
        )


class HeadingBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(
        choices=HeadingLevel.choices, default=HeadingLevel.H2, label=_("Level")
    )
    text = CharBlock(max_length=120, label=_("Heading"))

    class Meta:
        icon = "title"
        group = GROUP
        label = _("Heading")
        description = _("Opens a section. Levels follow one another without a gap.")
        template = "components/heading.html"
        preview_value = {"level": "h2", "text": "How the treatment works"}

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["anchor"] = find_anchor(getattr(context.get("page"), "body", None), value)
        return context


class BulletListBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=ListKind.choices, default=ListKind.BULLETS, label=_("Kind"))
    entries = blocks.ListBlock(
        RichTextBlock(features=INLINE_FEATURES, label=_("Entry")), label=_("Entries")
    )

    class Meta:
        icon = "list-ul"
        group = GROUP
        label = _("List")
        description = _("Bullets, or numbers where the order matters.")
        template = "components/bullet_list.html"
        preview_value = {
            "kind": "bullets",
            "entries": [
                "<p>Passport</p>",
                "<p>Latest test results</p>",
                "<p>List of medicines</p>",
            ],
        }


class QuoteBlock(blocks.StructBlock):
    text = TextBlock(label=_("Words"))
    person = CharBlock(required=False, max_length=120, label=_("Who said it"))
    role = CharBlock(required=False, max_length=160, label=_("Their role"))

    class Meta:
        icon = "openquote"
        group = GROUP
        label = _("Quote")
        description = _("Somebody's own words, with their name and role.")
        template = "components/quote.html"
        preview_value = {
            "text": "Patients ask first how long they will be away from home.",
            "person": "Dr. Ada Example",
            "role": "Head of the day clinic",
        }


class KeyFactsBlock(blocks.StructBlock):
    heading = CharBlock(required=False, max_length=120, label=_("Heading"))
    facts = blocks.ListBlock(
        CharBlock(max_length=240, label=_("Fact")), min_num=1, max_num=7, label=_("Facts")
    )

    class Meta:
        icon = "tick-inverse"
        group = GROUP
        label = _("Key facts")
        description = _("One to seven short sentences a hurried reader should take away.")
        template = "components/key_facts.html"
        preview_value = {
            "heading": "In short",
            "facts": ["Treatment starts in spring.", "It takes place in day clinics."],
        }


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=CalloutKind.choices, default=CalloutKind.NOTE, label=_("Kind")
    )
    heading = CharBlock(required=False, max_length=120, label=_("Heading"))
    text = RichTextBlock(features=PARAGRAPH_FEATURES, label=_("Text"))

    class Meta:
        icon = "info-circle"
        group = GROUP
        label = _("Callout")
        description = _("Sets a note or a warning apart from the running text.")
        template = "components/callout.html"
        preview_value = {
            "kind": "important",
            "heading": "Before you travel",
            "text": "<p>Ask your own doctor whether you are fit to fly.</p>",
        }


def skipped_levels(levels: Iterable[str]) -> list[int]:
    """The positions of headings that lie more than one level below the one before.

    Args:
        levels: "h2" to "h4" in reading order; the page's title is the h1 before them.
    """
    wrong = []
    before = 1
    for position, level in enumerate(int(name[1]) for name in levels):
        if level > before + 1:
            wrong.append(position)
        before = level
    return wrong


class HeadedStreamBlock(blocks.StreamBlock):
    """A stream whose headings, where it has any, leave no level out."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        positions = [i for i, child in enumerate(cleaned) if child.block_type == "heading"]
        wrong = skipped_levels(cleaned[i].value["level"] for i in positions)
        if wrong:
            raise blocks.StreamBlockValidationError(
                block_errors={positions[index]: _level_error() for index in wrong}
            )
        return cleaned


def _level_error() -> ValidationError:
    message = _("This heading skips a level: after a section comes its part, then a detail.")
    error: ValidationError = blocks.StructBlockValidationError(
        block_errors={"level": ValidationError(message, code="heading_level_skipped")}
    )
    return error
