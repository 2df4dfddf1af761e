"""Tables that a screen reader can read: with a caption and headers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import (
    TypedTableBlock,
    TypedTableBlockValidationError,
)
from wagtail_localize.segments import StringSegmentValue

from home.blocks.strings import RichTextBlock
from home.blocks.text import INLINE_FEATURES

GROUP = _("Pictures and tables")
PREVIEW = {
    "columns": [{"type": "text", "heading": "Step"}, {"type": "text", "heading": "Days"}],
    "rows": [
        {"values": ["<p>Examination</p>", "<p>2</p>"]},
        {"values": ["<p>Treatment</p>", "<p>5</p>"]},
    ],
    "caption": "How long a stay takes",
}


class CaptionedTableBlock(TypedTableBlock):
    text = RichTextBlock(features=INLINE_FEATURES, required=False, label=_("Text"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        problems = []
        if not cleaned.caption.strip():
            problems.append(ValidationError(_("Give the table a caption."), code="no_caption"))
        if not cleaned.columns or not all(c["heading"].strip() for c in cleaned.columns):
            problems.append(ValidationError(_("Give every column a heading."), code="no_heading"))
        if problems:
            raise TypedTableBlockValidationError(non_block_errors=problems)
        return cleaned

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """Caption, headings and cells, by their places. A cell without a letter is a figure."""
        segments = [StringSegmentValue("caption", value.caption)]
        for number, column in enumerate(value.columns):
            segments.append(StringSegmentValue(f"headings.{number}", column["heading"]))
        for path, column, row in get_cells(value):
            cell = row["values"][column]
            if any(character.isalpha() for character in strip_tags(cell.source)):
                found = value.columns[column]["block"].get_translatable_segments(cell)
                segments += [segment.wrap(path) for segment in found]
        return segments

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        found: dict[str, list[Any]] = defaultdict(list)
        for segment in segments:
            found[segment.path].append(segment)
        if "caption" in found:
            value.caption = found["caption"][0].render_text()
        for number, column in enumerate(value.columns):
            if heading := found.get(f"headings.{number}"):
                column["heading"] = heading[0].render_text()
        for path, column, row in get_cells(value):
            if path in found:
                block, cell = value.columns[column]["block"], row["values"][column]
                row["values"][column] = block.restore_translated_segments(cell, found[path])
        return value


def get_cells(table: Any) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Each cell's path, its column, and the row that holds it."""
    for number, row in enumerate(table.row_data):
        for column in range(len(table.columns)):
            yield f"cells.{number}.{column}", column, row


class TableBlock(blocks.StructBlock):
    table = CaptionedTableBlock(label=_("Table"))
    first_column_is_header = blocks.BooleanBlock(
        required=False,
        label=_("The first column names its row"),
        help_text=_("A screen reader then says it before each cell of the row."),
    )

    class Meta:
        icon = "table"
        group = GROUP
        label = _("Table")
        description = _("Figures side by side, with a caption and a heading for each column.")
        template = "components/table.html"

    def get_preview_value(self) -> Any:
        table = self.child_blocks["table"].to_python(PREVIEW)
        return self.normalize({"table": table, "first_column_is_header": True})
