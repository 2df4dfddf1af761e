"""The seed article, word for word, and thirty invented ones."""

from typing import Any

from articles.models import (
    ClinicPage,
    NewsAuthor,
    NewsClinic,
    NewsIndexPage,
    NewsPage,
    NewsSpecialty,
    PageReview,
)
from demo.clinics import DISCLAIMER, invented
from demo.people import Cast, read
from demo.pictures import Album
from demo.publish import add
from demo.seed import read_seed
from demo.text import block, paragraph, read_blocks
from home.models import HomePage

INVENTED = "This article, its people and its figures are invented to show how the site works."


def load_index(home: HomePage) -> NewsIndexPage:
    lead = (
        "Reports and guides for people who look for treatment in another country. Each names its "
        "source, and says who has read it with a doctor's eyes."
    )
    page = NewsIndexPage(title="News", slug="news", lead=lead, show_in_menus=True)
    index: NewsIndexPage = add(home, page)
    return index


def load(index: NewsIndexPage, cast: Cast, album: Album) -> None:
    clinics = {clinic.slug: clinic for clinic in ClinicPage.objects.all()}
    for row in reversed(read("news")["news"]):
        load_article(index, row, cast, album, clinics)
    load_seed(index, cast, album)


def load_seed(index: NewsIndexPage, cast: Cast, album: Album) -> NewsPage:
    """The picture is drawn, so its caption says so; the credit line stands as it was given."""
    seed = read_seed()
    hero = album.hero(
        "cells-night",
        "Drawing of large round cells, two of them small with antenna-like receptors",
        caption="Illustration",
        credit_prefix="photo_source",
        credit_name=seed.credit_name,
    )
    page = NewsPage(
        title=seed.title,
        slug="car-t-cell-therapy-adults-moscow",
        lead=seed.lead,
        category=cast.categories[seed.category.lower()],
        display_date=seed.date,
        hero=hero,
        body=[*(block("paragraph", paragraph(words)) for words in seed.paragraphs), DISCLAIMER],
        sources=[block("source", {"publisher": seed.publisher})],
    )
    page.specialties = [NewsSpecialty(specialty=cast.specialties["haematology"])]
    article: NewsPage = add(index, page, on=seed.date)
    return article


def load_article(
    index: NewsIndexPage,
    row: dict[str, Any],
    cast: Cast,
    album: Album,
    clinics: dict[str, ClinicPage],
) -> None:
    page = NewsPage(
        **{key: row[key] for key in ("title", "slug", "lead")},
        category=cast.categories[row["category"]],
        display_date=row["date"],
        hero=album.hero(row["picture"], row["alt"]),
        body=[*read_blocks(row["text"]), invented(INVENTED), DISCLAIMER],
        sources=[
            block("source", {"publisher": publisher, "title": title})
            for publisher, title in row["sources"]
        ],
    )
    page.authors = [
        NewsAuthor(person=cast.people[key], sort_order=order)
        for order, key in enumerate(row["authors"])
    ]
    page.specialties = [
        NewsSpecialty(specialty=cast.specialties[slug], sort_order=order)
        for order, slug in enumerate(row.get("specialties", []))
    ]
    page.related_clinics = [
        NewsClinic(clinic=clinics[slug], sort_order=order)
        for order, slug in enumerate(row.get("clinics", []))
    ]
    page = add(index, page, on=row["date"])
    if row.get("reviewed"):
        PageReview.objects.create(
            page=page, reviewer=cast.people["judith-amann"], reviewed_on=row["date"]
        )
