"""What news and clinics share."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from articles.documents.blocks import ArticleBlock
from articles.models.base import partner_note
from home.documents.blocks import make_blocks
from home.documents.context import Context
from home.documents.pages import make_hero
from home.documents.parts import DisclaimerRef, Image, PageDocument, Part, RequestForm


class Term(Part):
    """What pages are sorted by: the slug is the same in all languages, and what filters take."""

    slug: str
    name: str


class Person(Part):
    name: str
    qualification: str
    portrait: Image | None
    same_as: list[str]


class Review(Part):
    """A doctor has read this text."""

    reviewer: Person
    reviewed_on: date


class ArticleDocument(PageDocument):
    """A page that talks about treatment: show its disclaimers with it, always."""

    lead: str
    hero: Image | None
    body: list[ArticleBlock]
    disclaimers: Annotated[list[DisclaimerRef], Field(min_length=1)]
    request_form: RequestForm | None
    review: Review | None
    specialties: list[Term]
    partner_note: str


def get_article_facts(page: Any, context: Context) -> dict[str, Any]:
    return {
        "lead": page.lead,
        "hero": make_hero(page, context),
        "body": make_blocks(page.body, context),
        "disclaimers": [context.disclaimer_ref],
        "request_form": make_request_form(context),
        "review": make_review(page, context),
        "specialties": make_terms(page.get_related("specialties", "specialty")),
    }


def make_request_form(context: Context) -> RequestForm | None:
    page = context.request_page
    if page is None:
        return None
    return RequestForm(key=str(page.translation_key), page=context.get_address(page))


def make_review(page: Any, context: Context) -> Review | None:
    review = page.shown_review
    if review is None:
        return None
    reviewer = make_person(review.reviewer, context)
    return Review(reviewer=reviewer, reviewed_on=review.reviewed_on)


def make_person(person: Any, context: Context) -> Person:
    return Person(
        name=person.name,
        qualification=person.qualification,
        portrait=context.show(person.portrait, "portrait", alt=person.name),
        same_as=[child.value for child in person.same_as],
    )


def make_people(people: Iterable[Any], context: Context) -> list[Person]:
    return [make_person(person, context) for person in people]


def make_terms(terms: Iterable[Any]) -> list[Term]:
    return [Term(slug=term.slug, name=term.name) for term in terms]


def make_partner_note(page: Any, clinics: list[Any], context: Context) -> str:
    """Of these clinics and of those that the text names by a card."""
    return partner_note([*clinics, *context.only_readable(page.get_other_clinics(clinics))])
