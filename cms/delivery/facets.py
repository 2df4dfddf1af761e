"""How documents are listed: their order, and what they can be filtered by."""

import unicodedata
from typing import Any

from articles.models import ClinicPage, NewsPage

Facets = frozenset[tuple[str, str]]
LONGEST_POSITION = 200


def get_position(page: Any) -> bytes:
    """News by day and moment, to be read backwards; everything else by title."""
    if isinstance(page, NewsPage):
        first = page.first_published_at
        moment = first.strftime("%Y-%m-%dT%H:%M:%S.%f") if first else ""
        return f"{page.published_on.isoformat()} {moment}".encode()
    return as_letters(page.title).encode()[:LONGEST_POSITION]


def as_letters(title: str) -> str:
    """Accents after their letter: so `É` stands beside `E` and not behind `Z`."""
    return unicodedata.normalize("NFKD", title.casefold())


def get_facets(page: Any) -> Facets:
    if isinstance(page, NewsPage):
        return frozenset(get_news_facets(page))
    if isinstance(page, ClinicPage):
        specialties = page.specialties.values_list("specialty__slug", flat=True)
        named = {("specialty", slug) for slug in specialties}
        return frozenset({("country", str(page.country)), *named})
    return frozenset()


def get_news_facets(page: Any) -> set[tuple[str, str]]:
    slugs = page.specialties.values_list("specialty__slug", flat=True)
    clinics = page.related_clinics.values_list("clinic__translation_key", "clinic__country")
    found = {("specialty", slug) for slug in slugs}
    for key, country in clinics:
        found |= {("clinic", str(key)), ("country", str(country))}
    if page.category is not None:
        found.add(("category", page.category.slug))
    return found
