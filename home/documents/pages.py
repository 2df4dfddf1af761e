"""The documents of the ground's own pages."""

from typing import Any, Literal

from pydantic import Field
from wagtail.models import Page

from home.documents.blocks import PlainBlock, make_blocks, make_picture
from home.documents.cards import make_ref
from home.documents.context import Context
from home.documents.kinds import Kind, register
from home.documents.parts import Card, Image, PageDocument, PageRef, Part
from home.models import HomePage, StandardPage


class Section(Part):
    """A list of pages: ask `/news` or `/clinics` for its newest `count`."""

    heading: str
    kind: Literal["news", "clinics", "pages"]
    count: int
    page: PageRef


class HomeDocument(PageDocument):
    type: Literal["home"] = Field(...)
    heading: str
    lead: str
    hero: Image | None
    sections: list[Section]
    body: list[PlainBlock]


class HomeCard(Card):
    type: Literal["home"] = Field(...)


class StandardDocument(PageDocument):
    """About us, contact, policies."""

    type: Literal["standard"] = Field(...)
    lead: str
    body: list[PlainBlock]
    children: list[PageRef]


class StandardCard(Card):
    type: Literal["standard"] = Field(...)


class OtherDocument(PageDocument):
    """A page that apps can only open in a browser."""

    type: Literal["page"] = Field(...)


class OtherCard(Card):
    type: Literal["page"] = Field(...)


def make_hero(page: Any, context: Context) -> Image | None:
    return make_picture(page.hero[0].value, context, "hero") if page.hero else None


def fill_home(page: HomePage, context: Context) -> dict[str, Any]:
    values = [child.value for child in page.sections if child.value["page"]]
    chosen = context.only_readable([value["page"] for value in values])
    by_key = {found.translation_key: found for found in chosen}
    return {
        "heading": page.heading or page.title,
        "lead": page.lead,
        "hero": make_hero(page, context),
        "sections": [
            make_section(value, by_key[key], context)
            for value in values
            if (key := value["page"].translation_key) in by_key
        ],
        "body": make_blocks(page.body, context),
    }


def make_section(value: Any, page: Any, context: Context) -> Section:
    return Section(
        heading=value["heading"] or page.title,
        kind=getattr(page, "section_kind", "pages"),
        count=value["count"],
        page=make_ref(page, context),
    )


def fill_standard(page: StandardPage, context: Context) -> dict[str, Any]:
    children = page.get_children() if page.pk else []
    return {
        "lead": page.lead,
        "body": make_blocks(page.body, context),
        "children": [make_ref(child, context) for child in context.only_readable(children)],
    }


def fill_nothing(page: Page, context: Context) -> dict[str, Any]:
    return {}


register(HomePage, Kind("home", HomeDocument, fill_home, HomeCard))
register(StandardPage, Kind("standard", StandardDocument, fill_standard, StandardCard))
register(Page, Kind("page", OtherDocument, fill_nothing, OtherCard))
