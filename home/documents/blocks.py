"""Blocks of a body, as apps get them: a schema for each, and how it is filled.

A block that has nothing to show (a picture that may not be shown, pages that nobody may read) is
left out. Pass over types you do not know: new ones may come.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from home.anchors import find_anchor
from home.documents.cards import make_cards
from home.documents.context import Context
from home.documents.parts import Card, DisclaimerRef, Image, Part, RichText
from home.documents.richtext import make_rich_text

Fill = Callable[[Any, Context], dict[str, Any] | None]


class Block(Part):
    id: Annotated[str, Field(description="Stays when the page is edited; empty in old texts.")]


class ParagraphBlock(Block):
    type: Literal["paragraph"] = Field(...)
    text: RichText


class HeadingBlock(Block):
    type: Literal["heading"] = Field(...)
    level: Annotated[int, Field(ge=2, le=4)]
    text: str
    anchor: str


class ListBlock(Block):
    type: Literal["list"] = Field(...)
    is_ordered: bool
    entries: list[RichText]


class QuoteBlock(Block):
    type: Literal["quote"] = Field(...)
    text: str
    person: str
    role: str


class KeyFactsBlock(Block):
    type: Literal["key_facts"] = Field(...)
    heading: str
    facts: list[str]


class CalloutBlock(Block):
    type: Literal["callout"] = Field(...)
    kind: Literal["note", "important", "warning"]
    heading: str
    text: RichText


class PictureBlock(Block):
    type: Literal["picture"] = Field(...)
    image: Image


class TableColumn(Part):
    heading: str


class TableBlock(Block):
    type: Literal["table"] = Field(...)
    caption: str
    first_column_is_header: bool
    columns: list[TableColumn]
    rows: list[list[RichText]]


class RelatedPagesBlock(Block):
    type: Literal["related_pages"] = Field(...)
    heading: str
    pages: list[Card]


class RequestCallBlock(Block):
    """A button that leads to the page's request form; absent where the page has none."""

    type: Literal["request_call"] = Field(...)
    heading: str
    text: str
    button: str


class DisclaimerBlock(Block):
    """Where the disclaimer stands."""

    type: Literal["disclaimer"] = Field(...)
    disclaimer: DisclaimerRef
    addendum: RichText | None


FILLS: dict[str, tuple[type[Block], Fill]] = {}
"""By the name of the block in its stream."""


def fills(name: str, schema: type[Block]) -> Callable[[Fill], Fill]:
    def keep(fill: Fill) -> Fill:
        FILLS[name] = (schema, fill)
        return fill

    return keep


def make_blocks(stream: Any, context: Context) -> list[Any]:
    return list(filter(None, (make_block(child, context) for child in stream)))


def make_block(child: Any, context: Context) -> Block | None:
    schema, fill = FILLS[child.block_type]
    facts = fill(child.value, context)
    if facts is None:
        return None
    kind = schema.model_fields["type"].annotation.__args__[0]  # type: ignore[union-attr]  # a Literal
    return schema.model_validate({"type": kind, "id": child.id or "", **facts})


@fills("paragraph", ParagraphBlock)
def fill_paragraph(value: Any, context: Context) -> dict[str, Any]:
    return {"text": make_rich_text(value, context)}


@fills("heading", HeadingBlock)
def fill_heading(value: Any, context: Context) -> dict[str, Any]:
    anchor = find_anchor(getattr(context.page, "body", None), value)
    return {"level": int(value["level"][1]), "text": value["text"], "anchor": anchor}


@fills("bullet_list", ListBlock)
def fill_list(value: Any, context: Context) -> dict[str, Any]:
    entries = [make_rich_text(entry, context) for entry in value["entries"]]
    return {"is_ordered": value["kind"] == "numbers", "entries": entries}


@fills("quote", QuoteBlock)
def fill_quote(value: Any, context: Context) -> dict[str, Any]:
    return {name: value[name] for name in ("text", "person", "role")}


@fills("key_facts", KeyFactsBlock)
def fill_key_facts(value: Any, context: Context) -> dict[str, Any]:
    return {"heading": value["heading"], "facts": list(value["facts"])}


@fills("callout", CalloutBlock)
def fill_callout(value: Any, context: Context) -> dict[str, Any]:
    text = make_rich_text(value["text"], context)
    return {"kind": value["kind"], "heading": value["heading"], "text": text}


@fills("picture", PictureBlock)
def fill_picture(value: Any, context: Context) -> dict[str, Any] | None:
    image = make_picture(value, context)
    return {"image": image} if image else None


def make_picture(value: Any, context: Context, role: str = "picture") -> Image | None:
    """What the page says of a picture, completed by what the picture says of itself."""
    return context.show(
        value.public_image,
        role,
        alt=value.get_alt(context.language),
        caption=value.get("caption") or "",
        credit=value.credit_line,
        credit_url=value.get("credit_url") or "",
    )


@fills("table", TableBlock)
def fill_table(value: Any, context: Context) -> dict[str, Any]:
    table = value["table"]
    return {
        "caption": table.caption or "",
        "first_column_is_header": bool(value["first_column_is_header"]),
        "columns": [TableColumn(heading=column["heading"]) for column in table.columns],
        "rows": [list(make_cells(row["values"], context)) for row in table.row_data],
    }


def make_cells(values: Any, context: Context) -> Iterator[RichText]:
    for value in values:
        yield make_rich_text(value, context)


@fills("related_pages", RelatedPagesBlock)
def fill_related_pages(value: Any, context: Context) -> dict[str, Any] | None:
    cards = make_cards(value["pages"], context)
    return {"heading": value["heading"], "pages": cards} if cards else None


@fills("request_call", RequestCallBlock)
def fill_request_call(value: Any, context: Context) -> dict[str, Any] | None:
    if context.request_page is None:
        return None
    return {name: value[name] for name in ("heading", "text", "button")}


@fills("disclaimer", DisclaimerBlock)
def fill_disclaimer(value: Any, context: Context) -> dict[str, Any]:
    addendum = make_rich_text(value["addendum"], context)
    return {
        "disclaimer": context.disclaimer_ref,
        "addendum": addendum if addendum.tree else None,
    }


PlainBlock = Annotated[
    ParagraphBlock
    | HeadingBlock
    | ListBlock
    | QuoteBlock
    | KeyFactsBlock
    | CalloutBlock
    | PictureBlock
    | TableBlock
    | RelatedPagesBlock,
    Field(discriminator="type"),
]
