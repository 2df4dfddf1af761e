"""What is not for everybody is found by no door that is open to everybody."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from wagtail.models import Page

from home.privacy import get_restrictions, is_public
from tests.home.editor import enter
from tests.journeys.needles import HAY, Reader, World, close, needle

pytestmark = pytest.mark.django_db

Plant = Callable[[World], Any]


def a_draft(world: World) -> None:
    world.hide("aardvark", live=False)
    world.hide("axolotl", "ru", live=False)


def a_change_that_is_not_published(world: World) -> None:
    page = world.make("bandicoot", "en")
    page.title = page.lead = "needle-bilby bilby " * 5
    page.save_revision()
    world.hidden["bilby"] = []


def a_page_taken_down(world: World) -> None:
    world.hide("capybara").unpublish()


def a_translation_made_before_its_original_was_closed(world: World) -> None:
    original = world.hide("dingo")
    world.hide("dingo", "ru", original=original)
    close(original)


def a_translation_made_of_a_closed_page(world: World) -> None:
    original = world.hide("echidna")
    close(original)
    world.hide("echidna", "ru", original=original)
    world.hide("echidna", "ar", original=original)


def an_original_whose_translation_was_closed(world: World) -> None:
    close(world.hide("fossa", "ru", original=world.hide("fossa")))


def aliases(world: World) -> None:
    early, late = world.hide("gecko"), world.hide("gharial")
    elsewhere = world.make_section("Elsewhere", "en")
    make_alias(early, elsewhere), make_alias(early, world.news["ru"])
    close(early), close(late)
    make_alias(late, elsewhere), make_alias(late, world.news["ru"])


def a_translation_of_an_alias(world: World) -> None:
    original = world.hide("hyrax")
    alias = make_alias(original, world.make_section("Copies", "en"))
    world.hide("hyrax", "ru", original=alias)
    close(original)


def a_closed_section(world: World) -> None:
    section = world.make_section("Members", "en")
    twin = world.make_section("Members", "ru", section)
    original = world.hide("ibex", parent=section)
    world.hide("ibex", "ru", twin, original=original)
    world.hide("iguana", "ru", twin)  # has no original
    world.hide("indri", "ru", original=world.hide("indri", parent=section))  # stands elsewhere
    close(section)
    world.hide("impala", "ru", original=world.hide("impala", parent=section))


def a_language_that_is_prepared(world: World) -> None:
    world.hide("jackal", "ar", original=world.show("jerboa"))
    close(world.homes["ar"])


PLANTS: list[Plant] = [
    a_draft,
    a_change_that_is_not_published,
    a_page_taken_down,
    a_translation_made_before_its_original_was_closed,
    a_translation_made_of_a_closed_page,
    an_original_whose_translation_was_closed,
    aliases,
    a_translation_of_an_alias,
    a_closed_section,
    a_language_that_is_prepared,
]


def make_alias(page: Any, parent: Page) -> Any:
    locale = parent.locale if parent.locale_id != page.locale_id else None
    alias = page.create_alias(
        parent=parent, update_locale=locale, reset_translation_key=locale is None
    )
    return type(page).objects.get(pk=alias.pk)


@pytest.fixture(scope="module")
def world(kept_rows: Any) -> Iterator[World]:
    with kept_rows():
        world = World()
        for plant in PLANTS:
            plant(world)
        world.show("kakapo")
        world.show("kiwi", "ru")
        yield world


def test_no_open_door_leads_to_a_needle(world: World) -> None:
    reader = Reader()

    reader.walk()

    found = {word: reader.find(word) for word in world.hidden}
    assert {word: urls for word, urls in found.items() if urls} == {}
    for word, page in world.open.items():  # the doors are open: the same reader finds these there
        code = page.locale.language_code
        doors = {page.url, f"/{code}/feed/", f"/{code}/search/?q={HAY}", page.get_parent().url}
        assert {*doors, "/news-sitemap.xml"} <= set(reader.find(word))


def test_each_closed_page_names_what_closes_it_and_no_open_one_does(world: World) -> None:
    for page in Page.objects.filter(depth__gt=1):
        assert is_public(page) is not get_restrictions(page).exists()

    russian = world.hidden["dingo"][1]
    answer = enter().get(russian.url)  # whoever may read the original may read its translation
    assert needle("dingo") in answer.content.decode()
    assert "private" in answer.headers["Cache-Control"]


def test_no_list_is_made_with_wagtails_rule_which_forgets_translations() -> None:
    sources = [
        path
        for package in ("cms", "home", "articles", "treatment_forms")
        for path in (settings.BASE_DIR / package).rglob("*.py")
        if path.name != "privacy.py" and ".public()" in path.read_text()
    ]

    assert sources == [], "write public(pages) of the package's `privacy` instead"
