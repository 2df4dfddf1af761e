"""The blocks that only articles have."""

from typing import Annotated, Any, Literal

from pydantic import Field

from home.documents.blocks import (
    Block,
    DisclaimerBlock,
    PlainBlock,
    RequestCallBlock,
    fills,
)
from home.documents.cards import make_cards
from home.documents.context import Context
from home.documents.parts import Card


class ClinicCardBlock(Block):
    type: Literal["clinic_card"] = Field(...)
    clinic: Card
    note: Annotated[str, Field(description="Why it is named here.")]


@fills("clinic_card", ClinicCardBlock)
def fill_clinic_card(value: Any, context: Context) -> dict[str, Any] | None:
    cards = make_cards([value["clinic"]], context)
    return {"clinic": cards[0], "note": value["note"]} if cards else None


ArticleBlock = Annotated[
    PlainBlock | RequestCallBlock | DisclaimerBlock | ClinicCardBlock,
    Field(discriminator="type"),
]
