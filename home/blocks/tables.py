"""Tables that a screen reader can read: with a caption and headers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import (
    TypedTableBlock,
    TypedTableBlockValidationError,
)

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
    text = blocks.RichTextBlock(features=INLINE_FEATURES, required=False, label=_("Text"))

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
