"""The leaves of blocks: words, which translators are given, and codes, which they are not.

The empty value of a text is an empty string. Wagtail leaves None where code that builds a page
says nothing of an optional text. A page made so is found by searching for "None", and
wagtail-localize cannot translate it at all.
"""

from typing import Any

from wagtail import blocks
from wagtail.rich_text import RichText

from home.translatable import SameEverywhere, join_rich_text, split_rich_text


class CharBlock(blocks.CharBlock):
    canonical_module_path = "wagtail.blocks.CharBlock"  # the same to a migration

    def normalize(self, value: Any) -> Any:
        return "" if value is None else super().normalize(value)

    def to_python(self, value: Any) -> Any:
        return "" if value is None else super().to_python(value)


class CodeBlock(SameEverywhere, CharBlock):
    """A number, a name in a register: the same in every language."""


class TextBlock(blocks.TextBlock):
    canonical_module_path = "wagtail.blocks.TextBlock"

    def normalize(self, value: Any) -> Any:
        return "" if value is None else super().normalize(value)

    def to_python(self, value: Any) -> Any:
        return "" if value is None else super().to_python(value)


class RichTextBlock(blocks.RichTextBlock):
    canonical_module_path = "wagtail.blocks.RichTextBlock"

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return split_rich_text(value.source if value else "")

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> RichText:
        return RichText(join_rich_text(segments))
