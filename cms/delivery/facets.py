"""How documents are listed: their order, and what they can be filtered by.

A page stands in every list that can be asked for, under that list's name. Two facets that are
common each and rare together would otherwise have a database read one of them almost to its end.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from articles.models import ClinicPage, NewsPage

Facet = tuple[str, str]
"""A name and a value; a clinic is named by its translation key."""

LONGEST_POSITION = 200
# Of each group at most one is asked for. A clinic has one country, and few news: who asks for both
# reads the clinic's, and has each looked at.
GROUPS = (("category",), ("specialty",), ("country", "clinic"))
ORDER = tuple(name for names in GROUPS for name in names)


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


# --- Names of lists -------------------------------------------------------------------


def name_list(kind: str, locale: str, facets: Sequence[Facet]) -> str:
    """`news en category=law&country=NZ`. No slug, country or key holds one of these signs.

    Args:
        facets: in the order of ORDER.
    """
    return f"{kind} {locale} " + "&".join(f"{name}={value}" for name, value in facets)


def get_lists(kind: str, locale: str, facets: Iterable[Facet]) -> frozenset[str]:
    """The names of all filtered lists in which a page with these facets stands."""
    known = sorted(facets)
    groups = [[None, *(facet for facet in known if facet[0] in names)] for names in GROUPS]
    chosen = ([facet for facet in one if facet is not None] for one in product(*groups))
    return frozenset(name_list(kind, locale, some) for some in chosen if some)


# --- Facets of pages ------------------------------------------------------------------


def get_facets(page: Any) -> frozenset[Facet]:
    if isinstance(page, NewsPage):
        return frozenset(get_news_facets(page))
    if isinstance(page, ClinicPage):
        specialties = page.specialties.values_list("specialty__slug", flat=True)
        named = {("specialty", slug) for slug in specialties}
        return frozenset({("country", str(page.country)), *named})
    return frozenset()


def get_news_facets(page: Any) -> set[Facet]:
    slugs = page.specialties.values_list("specialty__slug", flat=True)
    clinics = page.related_clinics.values_list("clinic__translation_key", "clinic__country")
    found = {("specialty", slug) for slug in slugs}
    for key, country in clinics:
        found |= {("clinic", str(key)), ("country", str(country))}
    if page.category is not None:
        found.add(("category", page.category.slug))
    return found
