"""Text blocks whose empty value is an empty string.

Wagtail leaves None where code that builds a page says nothing of an optional text. A page made so
is found by searching for "None", and wagtail-localize cannot translate it at all.
"""

from typing import Any

from wagtail import blocks


class CharBlock(blocks.CharBlock):
    canonical_module_path = "wagtail.blocks.CharBlock"  # the same to a migration

    def normalize(self, value: Any) -> Any:
        return "" if value is None else super().normalize(value)

    def to_python(self, value: Any) -> Any:
        return "" if value is None else super().to_python(value)


class TextBlock(blocks.TextBlock):
    canonical_module_path = "wagtail.blocks.TextBlock"

    def normalize(self, value: Any) -> Any:
        return "" if value is None else super().normalize(value)

    def to_python(self, value: Any) -> Any:
        return "" if value is None else super().to_python(value)
