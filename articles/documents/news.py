"""News: the section and its articles."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from articles.documents.parts import (
    ArticleDocument,
    Person,
    Term,
    get_article_facts,
    make_partner_note,
    make_people,
    make_terms,
)
from articles.models import NewsIndexPage, NewsPage
from home.documents.cards import make_cards
from home.documents.context import Context
from home.documents.kinds import Kind, register
from home.documents.parts import Card, PageDocument, Part


class NewsIndexDocument(PageDocument):
    """The section; its articles are `/news`."""

    type: Literal["news_index"] = Field(...)
    lead: str


class NewsIndexCard(Card):
    type: Literal["news_index"] = Field(...)


class Source(Part):
    publisher: Annotated[str, Field(examples=["TASS"])]
    title: str
    url: str
    published_on: datetime.date | None
    accessed_on: datetime.date | None


class Correction(Part):
    date: datetime.date
    text: str


class NewsDocument(ArticleDocument):
    type: Literal["news"] = Field(...)
    date: Annotated[datetime.date, Field(description="The day that readers are told.")]
    category: Term | None
    authors: list[Person]
    sources: list[Source]
    corrections: list[Correction]
    change_note: Annotated[str, Field(description="What is new since it was first published.")]
    changed_on: datetime.date | None
    clinics: list[Card]


class NewsCard(Card):
    type: Literal["news"] = Field(...)
    category: Term | None
    specialties: list[Term]


def fill_index(page: NewsIndexPage, context: Context) -> dict[str, Any]:
    return {"lead": page.lead}


def make_category(page: NewsPage) -> Term | None:
    category = page.get_category()
    return Term(slug=category.slug, name=category.name) if category else None


def make_source(value: Any) -> Source:
    return Source(
        publisher=value["publisher"],
        title=value["title"],
        url=value["url"] or "",
        published_on=value["published_on"],
        accessed_on=value["accessed_on"],
    )


def fill_news(page: NewsPage, context: Context) -> dict[str, Any]:
    rows = page.related_clinics.select_related("clinic")
    clinics = context.only_readable([row.clinic for row in rows])
    return {
        **get_article_facts(page, context),
        "date": page.published_on,
        "category": make_category(page),
        "authors": make_people(page.shown_authors, context),
        "sources": [make_source(child.value) for child in page.sources],
        "corrections": [Correction(**child.value) for child in page.corrections],
        "change_note": page.change_note,
        "changed_on": page.changed_on if page.change_note else None,
        "clinics": make_cards(clinics, context),
        "partner_note": make_partner_note(page, clinics, context),
    }


def fill_card(page: NewsPage, context: Context) -> dict[str, Any]:
    specialties = page.get_related("specialties", "specialty")
    return {"category": make_category(page), "specialties": make_terms(specialties)}


register(NewsIndexPage, Kind("news_index", NewsIndexDocument, fill_index, NewsIndexCard))
register(NewsPage, Kind("news", NewsDocument, fill_news, NewsCard, fill_card))
