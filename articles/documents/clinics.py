"""Clinics: the list and its entries."""

import datetime
from decimal import Decimal
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
from articles.models import ClinicIndexPage, ClinicPage
from articles.models.fields import language_name
from home.documents.blocks import make_picture
from home.documents.context import Context
from home.documents.kinds import Kind, register
from home.documents.parts import Card, Image, PageDocument, Part, RichText
from home.documents.richtext import make_rich_text

Day = Annotated[datetime.date | None, Field(description="Null: not known.")]
Amount = Annotated[str, Field(pattern=r"^\d+(\.\d{1,2})?$", examples=["1200.00"])]


class ClinicIndexDocument(PageDocument):
    """The section; its clinics are `/clinics`."""

    type: Literal["clinic_index"] = Field(...)
    lead: str


class ClinicIndexCard(Card):
    type: Literal["clinic_index"] = Field(...)


class Country(Part):
    code: Annotated[str, Field(description="ISO 3166-1, two letters.", examples=["DE"])]
    name: str


class SpokenLanguage(Part):
    code: Annotated[str, Field(examples=["en"])]
    name: str


class Position(Part):
    latitude: float
    longitude: float


class Phone(Part):
    label: str
    number: Annotated[str, Field(examples=["+44 20 7946 0000"])]


class Accreditation(Part):
    """Only while it is valid."""

    body: str
    number: str
    registry_url: str
    valid_from: Day
    valid_until: Day
    verified_on: Day


class Price(Part):
    """Only while it is valid. Amounts are decimal numbers, in text so that nothing is rounded.

    Exact where both are the same; without `amount_to` it begins at `amount_from`: say "from".
    """

    treatment: str
    amount_from: Amount | None
    amount_to: Amount | None
    currency: Annotated[str, Field(description="ISO 4217.", examples=["EUR"])]
    includes: str
    source: str
    checked_on: Day
    valid_until: Day


class Question(Part):
    question: str
    answer: RichText


ClinicKind = Literal["hospital", "clinic", "centre"]


class ClinicDocument(ArticleDocument):
    type: Literal["clinic"] = Field(...)
    kind: ClinicKind
    legal_name: str
    is_partner: Annotated[bool, Field(description="We have an agreement with it.")]
    gallery: list[Image]
    country: Country
    city: str
    address: str
    position: Position | None
    phones: list[Phone]
    email: str
    website: str
    languages_spoken: list[SpokenLanguage]
    founded: int | None
    beds: int | None
    doctors: list[Person]
    accreditations: list[Accreditation]
    prices: list[Price]
    faq: list[Question]


class ClinicCard(Card):
    type: Literal["clinic"] = Field(...)
    kind: ClinicKind
    country: Country
    city: str
    is_partner: bool
    specialties: list[Term]


def fill_index(page: ClinicIndexPage, context: Context) -> dict[str, Any]:
    return {"lead": page.lead}


def make_country(page: ClinicPage) -> Country:
    return Country(code=page.country.code, name=str(page.country.name))


def make_position(page: ClinicPage) -> Position | None:
    if page.latitude is None or page.longitude is None:
        return None
    return Position(latitude=float(page.latitude), longitude=float(page.longitude))


def make_languages(page: ClinicPage) -> list[SpokenLanguage]:
    named = [SpokenLanguage(code=code, name=language_name(code)) for code in page.languages_spoken]
    return sorted(named, key=lambda language: language.name)


def keep_current(values: list[Any], context: Context) -> list[Any]:
    """The document changes on the day after the first of them ends."""
    for value in values:
        context.ends_on(value["valid_until"])
    return values


def make_accreditation(value: Any) -> Accreditation:
    texts = {name: value[name] or "" for name in ("body", "number", "registry_url")}
    days = {name: value[name] for name in ("valid_from", "valid_until", "verified_on")}
    return Accreditation.model_validate({**texts, **days})


def make_price(value: Any) -> Price:
    texts = {name: value[name] or "" for name in ("treatment", "currency", "includes", "source")}
    amounts = {name: make_amount(value[name]) for name in ("amount_from", "amount_to")}
    days = {name: value[name] for name in ("checked_on", "valid_until")}
    return Price.model_validate({**texts, **amounts, **days})


def make_amount(value: Any) -> str | None:
    return f"{Decimal(str(value)):.2f}" if value is not None else None


def fill_clinic(page: ClinicPage, context: Context) -> dict[str, Any]:
    pictures = [make_picture(child.value, context) for child in page.gallery]
    return {
        **get_article_facts(page, context),
        "kind": page.kind,
        "legal_name": page.legal_name,
        "is_partner": page.is_partner,
        "gallery": [picture for picture in pictures if picture],
        "country": make_country(page),
        "city": page.city,
        "address": page.address,
        "position": make_position(page),
        "phones": [Phone(**child.value) for child in page.phones],
        "email": page.email,
        "website": page.website,
        "languages_spoken": make_languages(page),
        "founded": page.founded,
        "beds": page.beds,
        "doctors": make_people(page.get_related("doctors", "person", "portrait"), context),
        "accreditations": [
            make_accreditation(value)
            for value in keep_current(page.current_accreditations, context)
        ],
        "prices": [make_price(value) for value in keep_current(page.current_prices, context)],
        "faq": [make_question(child.value, context) for child in page.faq],
        "partner_note": make_partner_note(page, [page], context),
    }


def make_question(value: Any, context: Context) -> Question:
    return Question(question=value["question"], answer=make_rich_text(value["answer"], context))


def fill_card(page: ClinicPage, context: Context) -> dict[str, Any]:
    return {
        "kind": page.kind,
        "country": make_country(page),
        "city": page.city,
        "is_partner": page.is_partner,
        "specialties": make_terms(page.get_related("specialties", "specialty")),
    }


register(ClinicIndexPage, Kind("clinic_index", ClinicIndexDocument, fill_index, ClinicIndexCard))
register(ClinicPage, Kind("clinic", ClinicDocument, fill_clinic, ClinicCard, fill_card))
