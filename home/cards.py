"""How one page shows itself on another: a card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wagtail.models import Page

from home.privacy import public
from home.publishing import visible


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Card:
    """What a list shows of a page; `image` is None where there is none that may be shown."""

    page: Any
    title: str
    url: str
    text: str
    label: str
    place: str
    date: date | None
    image: Any
    alt: str


def make_cards(pages: Iterable[Any], request: Any) -> list[Card]:
    """Cards of specific pages in their order. Two queries for all pictures together."""
    listed = [(page, *page.get_card_picture()) for page in pages]
    images = get_images([image_id for _, image_id, _ in listed if image_id])
    return [
        _make_card(page, images.get(image_id) if image_id else None, alt, request)
        for page, image_id, alt in listed
    ]


def _make_card(page: Any, image: Any, alt: str, request: Any) -> Card:
    return Card(
        page=page,
        title=page.title,
        url=page.get_url(request) or "",
        text=page.card_text,
        label=page.card_label,
        place=page.card_place,
        date=page.card_date,
        image=image,
        alt=(alt or image.get_alt(page.locale.language_code)) if image else "",
    )


def get_images(ids: Iterable[int]) -> dict[int, Any]:
    """Those of these pictures that may be shown, with their renditions."""
    from home.models import SiteImage  # the models import this module

    images = SiteImage.objects.filter(pk__in=ids).prefetch_renditions()
    return {image.pk: image for image in images if image.may_be_shown}


def readable_pages(pages: Sequence[Any], reader_page: Any) -> list[Any]:
    """What a reader of `reader_page` may be shown of these: live, public, in the page's language.

    A page without a translation into that language is left out. Without a `reader_page` (a
    preview) each page stands for itself.
    """
    keys = [page.translation_key for page in pages]
    found = public(Page.objects.filter(translation_key__in=keys).live())
    if reader_page is not None:
        found = found.filter(locale_id=reader_page.locale_id)
    by_key = {page.translation_key: page for page in found.specific().select_related("locale")}
    listed = [by_key[key] for key in keys if key in by_key]
    disclaimers = getattr(reader_page, "known_disclaimers", None)
    return [page for page in visible(listed, disclaimers) if hasattr(page, "get_card_picture")]
