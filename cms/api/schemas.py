"""What the content endpoints answer with. What pages say is declared beside the pages."""

from typing import Annotated, Literal

from pydantic import Field

from articles.documents.clinics import (
    ClinicCard,
    ClinicDocument,
    ClinicIndexCard,
    ClinicIndexDocument,
)
from articles.documents.news import NewsCard, NewsDocument, NewsIndexCard, NewsIndexDocument
from cms.documents import FormCard, FormDocument
from home.documents.pages import (
    HomeCard,
    HomeDocument,
    OtherCard,
    OtherDocument,
    StandardCard,
    StandardDocument,
)
from home.documents.parts import Disclaimer, Part

PageDocument = Annotated[
    HomeDocument
    | StandardDocument
    | NewsIndexDocument
    | NewsDocument
    | ClinicIndexDocument
    | ClinicDocument
    | FormDocument
    | OtherDocument,
    Field(discriminator="type"),
]
PageCard = Annotated[
    HomeCard
    | StandardCard
    | NewsIndexCard
    | NewsCard
    | ClinicIndexCard
    | ClinicCard
    | FormCard
    | OtherCard,
    Field(discriminator="type"),
]
Next = Annotated[
    str | None, Field(description="The cursor of what follows. Null: this was the last.")
]
Disclaimers = Annotated[
    list[Disclaimer],
    Field(description="What the pages in this answer refer to, as it reads now. Show them whole."),
]


class PageAnswer(Part):
    """One page, whole. Other content is never passed off as the language asked for."""

    requested_locale: str
    content_locale: str
    is_fallback: bool
    disclaimers: Disclaimers
    page: PageDocument


class NewsItem(Part):
    card: NewsCard | None = None
    body: NewsDocument | None = None


class NewsList(Part):
    """An item has `card`, `body` or both, as `fields` asks; `disclaimers` stand beside bodies."""

    items: list[NewsItem]
    disclaimers: Disclaimers | None = None
    next: Next


class ClinicItem(Part):
    card: ClinicCard | None = None
    body: ClinicDocument | None = None


class ClinicList(Part):
    """An item has `card`, `body` or both, as `fields` asks; `disclaimers` stand beside bodies."""

    items: list[ClinicItem]
    disclaimers: Disclaimers | None = None
    next: Next


class Piece(Part):
    text: str
    is_match: Annotated[bool, Field(description="Whether this is what was searched for.")]


class SearchItem(Part):
    card: PageCard
    title: Annotated[list[Piece], Field(description="The card's title, in pieces.")]
    excerpt: Annotated[list[Piece], Field(description="Where in the text it was found.")]


class SearchAnswer(Part):
    """The best first, at most 200 in all."""

    items: list[SearchItem]
    next: Next


class Upsert(Part):
    """A page as it is now: put it in the place of what you have under its id."""

    change: Literal["upsert"] = Field(...)
    id: int
    locale: str
    card: PageCard
    body: PageDocument


class Remove(Part):
    """A page that is not to be had any more: forget it. `recalled`: at once, and say so."""

    change: Literal["remove"] = Field(...)
    id: int
    locale: str
    reason: Literal["unpublished", "deleted", "restricted", "moved", "recalled"]


class DisclaimerUpsert(Part):
    """The disclaimer of this key and language, for every page that refers to it."""

    change: Literal["disclaimer"] = Field(...)
    key: str
    locale: str
    disclaimer: Disclaimer


class DisclaimerRemove(Part):
    """Show no page that refers to it, until it comes again."""

    change: Literal["disclaimer_removed"] = Field(...)
    key: str
    locale: str


Change = Annotated[
    Upsert | Remove | DisclaimerUpsert | DisclaimerRemove, Field(discriminator="change")
]


class SyncAnswer(Part):
    """Apply the changes in their order, keep `cursor`, and ask again at once if there is more."""

    changes: list[Change]
    cursor: Annotated[str, Field(description="Where to go on, now or next week.")]
    has_more: bool


class Language(Part):
    code: Annotated[str, Field(examples=["ar"])]
    name: Annotated[str, Field(description="In itself or in English.")]
    direction: Literal["ltr", "rtl"]
    is_default: bool
    pages: Annotated[int, Field(description="How many pages there are in it.")]
    completeness: Annotated[
        float,
        Field(
            description="The part of the first language's pages that it has: 0 to 1.", ge=0, le=1
        ),
    ]


class LocaleList(Part):
    items: list[Language]


class SiteTexts(Part):
    tagline: str
    arranged_by: Annotated[str, Field(description="Who arranges; belongs beside the form.")]
    paid_by: Annotated[str, Field(description="Who pays us; belongs beside the form.")]
    footer: str


class Contacts(Part):
    """Empty where there is none."""

    phone: str
    whatsapp: str
    telegram: str
    email: str


class SiteAnswer(Part):
    """What stands on every page, in one language. Pages it leads to are given as their cards."""

    locale: str
    name: str
    url: str
    texts: SiteTexts
    contacts: Contacts
    home: PageCard | None
    request_form: Annotated[PageCard | None, Field(description="The page of the default form.")]
    menu: list[PageCard]
    footer: Annotated[list[PageCard], Field(description="Policies and other plain pages.")]
