"""The streams that pages are written in."""

from typing import Any

from home.blocks.disclaimer import DisclaimerBlock
from home.blocks.links import RelatedPagesBlock, RequestCallBlock
from home.blocks.media import PictureBlock
from home.blocks.tables import TableBlock
from home.blocks.text import (
    BulletListBlock,
    CalloutBlock,
    HeadedStreamBlock,
    HeadingBlock,
    KeyFactsBlock,
    ParagraphBlock,
    QuoteBlock,
)


def new_body() -> list[tuple[str, dict[str, Any]]]:
    """A new medical page begins with its disclaimer."""
    return [("disclaimer", {"disclaimer": None, "addendum": ""})]


class PlainBodyBlock(HeadedStreamBlock):
    """The body of a page that does not talk about treatment."""

    paragraph = ParagraphBlock()
    heading = HeadingBlock()
    bullet_list = BulletListBlock()
    quote = QuoteBlock()
    key_facts = KeyFactsBlock()
    callout = CalloutBlock()
    picture = PictureBlock()
    table = TableBlock()
    related_pages = RelatedPagesBlock()


class MedicalBodyBlock(PlainBodyBlock):
    """The body of a page that talks about treatment: anything useful, and one disclaimer."""

    request_call = RequestCallBlock()
    disclaimer = DisclaimerBlock()

    class Meta:
        block_counts = {"disclaimer": {"min_num": 1, "max_num": 1}}
