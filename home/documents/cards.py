"""Cards: what lists show of a page."""

from collections.abc import Iterable
from typing import Any

from home.documents.context import Context
from home.documents.kinds import get_kind
from home.documents.parts import Card, Image, PageRef


def make_cards(pages: Iterable[Any], context: Context) -> list[Card]:
    """Cards of those pages that may be read, to stand inside another page."""
    listed = context.only_readable(pages)
    context.get_images(get_picture(page)[0] for page in listed)
    return [Card(**get_card_facts(page, context)) for page in listed]


def get_picture(page: Any) -> tuple[int | None, str]:
    found: tuple[int | None, str] = (None, "")
    return page.get_card_picture() if hasattr(page, "get_card_picture") else found


def get_card_facts(page: Any, context: Context) -> dict[str, Any]:
    """What the cards of all kinds hold. Pages of other apps know no more than their title."""
    return {
        **make_ref(page, context).model_dump(),
        "translation_key": str(page.translation_key),
        "text": getattr(page, "card_text", page.search_description),
        "label": getattr(page, "card_label", ""),
        "place": getattr(page, "card_place", ""),
        "date": getattr(page, "card_date", None),
        "image": make_card_image(page, context),
    }


def make_card_image(page: Any, context: Context) -> Image | None:
    pk, alt = get_picture(page)
    image = context.get_images([pk]).get(pk) if pk else None
    alt = (alt or image.get_alt(page.locale.language_code)) if image else ""
    return context.show(image, "card", alt=alt)


def make_ref(page: Any, context: Context) -> PageRef:
    return PageRef(
        **context.get_address(page).model_dump(),
        type=get_kind(page).name,
        title=page.title,
        url=context.get_url(page),
    )
