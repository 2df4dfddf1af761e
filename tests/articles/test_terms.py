"""A term has one slug in all languages, and lists go by the term."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from articles.models import Category, ClinicSpecialty, Specialty
from tests.factories import (
    make_category,
    make_clinic,
    make_news,
    make_specialty,
    make_translation,
)
from tests.home.editor import enter

pytestmark = pytest.mark.django_db


def make_research() -> tuple[Any, Any]:
    return make_news(category=make_category("Research", "old")), make_category("Research", "old")


def make_cardiology() -> tuple[Any, Any]:
    page, term = make_clinic(live=False), make_specialty("Cardiology", "old")
    page.specialties = [ClinicSpecialty(specialty=term)]
    page.save_revision().publish()
    return page, term


@pytest.mark.parametrize(
    ("name", "links", "make"),
    [("category", "categories", make_research), ("specialty", "specialties", make_cardiology)],
)
def test_a_renamed_slug_filters_the_lists_of_every_language(
    name: str, links: str, make: Any
) -> None:
    page, term = make()
    russian = make_translation(page, "ru")
    address = russian.get_parent().get_url()

    def find(slug: str) -> list[str]:
        context = Client().get(address, {name: slug}).context
        return [card.title for card in context["cards"]]

    assert find("old") == [russian.title]
    url = reverse(type(term).snippet_viewset.get_url_name("edit"), args=[term.pk])
    assert enter().post(url, {"name": term.name, "slug": "new"}).status_code == 302

    assert (find("old"), find("new")) == ([], [russian.title])
    offered = [link.url for link in Client().get(address).context[links]]
    assert any("new" in url for url in offered)
    assert not any("old" in url for url in offered)


def translate(term: Any, **fields: Any) -> Any:
    locale, _made = Locale.objects.get_or_create(language_code="ru")
    twin = term.copy_for_translation(locale)
    for name, value in {"name": "Исследования", **fields}.items():
        setattr(twin, name, value)
    twin.save()
    return twin


@pytest.mark.parametrize("model", [Category, Specialty])
def test_a_translation_never_says_what_the_slug_is(model: Any) -> None:
    term = model.objects.create(name="Research", slug="research")

    twin = translate(term, slug="something-else")

    assert twin.slug == model.objects.get(pk=term.pk).slug == "research"


@pytest.mark.parametrize("model", [Category, Specialty])
def test_a_slug_that_another_term_has_in_any_of_its_languages_is_refused(model: Any) -> None:
    term = model.objects.create(name="Research", slug="research")
    twin = translate(term)
    model.objects.create(name="Гранты", slug="grants", locale=twin.locale)

    term.slug = "grants"

    with pytest.raises(ValidationError, match="taken in another language"):
        term.full_clean()
