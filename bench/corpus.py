"""As much content as is asked for: real pages built through the gate, and copies of their rows."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

MODELS = 40  # real pages; the others are copies of their rows
ROUNDS = 15


def begin() -> None:
    """A site, clinics, categories, and MODELS articles with a picture, published by the gate."""
    from articles.models import NewsClinic, NewsSpecialty
    from tests import factories as make

    call_command("createcachetable")
    make.make_ground()
    clinics = [
        make.make_clinic(title=f"Clinic {n}", slug=f"clinic-{n}", country=("NZ", "DE")[n % 2])
        for n in range(4)
    ]
    image = make.make_image()
    image.get_renditions(*get_specs())
    specialty = make.make_specialty()
    paragraph = "<p>" + "A sentence about the ward and its people. " * 8 + "</p>"
    blocks = [("heading", {"text": "A heading", "level": "h2"}), ("paragraph", paragraph)] * 5
    for number in range(MODELS):
        page = make.make_news(
            title=f"Article {number}",
            slug=f"article-{number}",
            hero=make.make_hero(image),
            category=make.make_category(f"Category {number % 5}", f"category-{number % 5}"),
            body=make.make_body(*blocks),
            display_date=date(2026, 1, 1) - timedelta(days=number),
        )
        page.related_clinics.add(NewsClinic(clinic=clinics[number % 4]))
        page.specialties.add(NewsSpecialty(specialty=specialty))
        page.save_revision().publish()
    call_command("documents", rebuild=True, verbosity=0)


def get_specs() -> list[str]:
    from home import renditions

    return [spec for role in ("hero", "card", "social") for spec in renditions.get_specs(role)]


def get_newest() -> int:
    from cms.delivery.models import Document

    rows = Document.objects.filter(kind="news", is_public=True).order_by("-position", "-page_id")
    return int(rows.values_list("page_id", flat=True)[0])


def fill(count: int) -> None:
    """Copies of the models' pages, until there are so many; live pages, all their rows."""
    _copy(count, with_pages=True)


def fill_documents(count: int) -> None:
    """Documents, with the one row of the page's own that the gate looks at when they are read."""
    _copy(count, with_pages=False)


def _copy(count: int, *, with_pages: bool) -> None:
    from cms.delivery import changes
    from cms.delivery.models import Document

    have = Document.objects.filter(kind="news").count()
    if have < count:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM wagtailcore_page")
            low = cursor.fetchone()[0] + 1
            bounds = {"low": low, "high": low + count - have - 1}
            for table, key in TABLES if with_pages else TABLES[:1] + TABLES[2:]:
                _copy_rows(cursor, table, key, bounds)
            cursor.execute(
                "SELECT setval('wagtailcore_page_id_seq', (SELECT max(id) FROM wagtailcore_page))"
            )
        changes.number()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


TABLES = (
    ("wagtailcore_page", "id"),
    ("articles_newspage", "page_ptr_id"),
    ("delivery_document", "page_id"),
    ("delivery_listentry", "page_id"),
    ("delivery_reference", "page_id"),
    ("finding_words", "page_id"),
)
# What a copy has of its own. `g` is its number, `m` the row it is copied from.
OWN = {
    "slug": "'copy-' || g",
    "url_path": "'/home/news/copy-' || g || '/'",
    "path": "'0001000100019' || lpad(g::text, 7, '0')",
    "translation_key": "('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))",
    "path_hash": "md5(g::text)",
    "position": (
        "('2025-' || lpad((g %% 12 + 1)::text, 2, '0') || '-01 ' || lpad(g::text, 8, '0'))::bytea"
    ),
    "change": "NULL::bigint",
    "tree_path": "'0001000100019' || lpad(g::text, 7, '0')",
    "latest_revision_id": "NULL::bigint",
    "live_revision_id": "NULL::bigint",
}


def _copy_rows(cursor: Any, table: str, key: str, bounds: dict[str, int]) -> None:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    kinds = dict(cursor.fetchall())
    names = [name for name in kinds if name != "id" or key == "id"]
    values = []
    for name in names:
        own = "g" if name == key else OWN.get(name, f"m.{name}")
        values.append(f"{own}::{kinds[name]}" if name in OWN else own)
    cursor.execute(
        f"""
        INSERT INTO {table} ({", ".join(names)})
        WITH numbered AS (
          SELECT page_id AS id, row_number() OVER (ORDER BY page_id) - 1 AS n
          FROM delivery_document WHERE kind = 'news' ORDER BY page_id LIMIT {MODELS}
        )
        SELECT {", ".join(values)} FROM generate_series(%(low)s, %(high)s) AS g
        JOIN numbered ON numbered.n = g %% {MODELS} JOIN {table} m ON m.{key} = numbered.id
        """,
        bounds,
    )


def time_publishing() -> tuple[float, float]:
    """Median seconds of a publish with its document, and with nobody listening."""
    from articles.models import NewsPage
    from home.signals import page_written

    page = NewsPage.objects.get(slug="article-7")

    def publish() -> None:
        page.title += "."
        page.title = page.title[-60:]
        page.save_revision().publish()

    receivers = page_written.receivers
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * ROUNDS + 2):
        listens = bool(number % 2)
        page_written.receivers = receivers if listens else []
        page_written.sender_receivers_cache.clear()
        seconds = _time(publish)
        if number > 1:
            taken[listens].append(seconds)
    page_written.receivers = receivers
    page_written.sender_receivers_cache.clear()
    return median(taken[True]), median(taken[False])


def _time(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def publish_disclaimer() -> None:
    from home.models import Disclaimer
    from tests.home.editor import make_administrator

    disclaimer = Disclaimer.objects.get(locale__language_code="en")
    disclaimer.heading += "!"
    user = make_administrator()
    disclaimer.save_revision(user=user).publish(user=user)
