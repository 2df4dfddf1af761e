"""What is not for everybody is found by no door that is open to everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, Site

from articles.models import NewsPage
from cms.api import tokens
from cms.delivery import tasks
from home.models import Disclaimer, HomePage, PeopleConsent
from home.privacy import get_restrictions, is_public
from home.publishing import scheduled
from tests.factories import make_body, make_hero, make_image
from tests.home.editor import enter
from tests.journeys.needles import API, HAY, Reader, World, close, get_path, needle

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


# --- And in one language already ------------------------------------------------------


def a_page_that_is_due_tomorrow(world: World) -> None:
    page = world.hide("koala", live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def a_page_whose_time_is_over(world: World) -> None:
    page = world.hide("lemur")
    page.expire_at = timezone.now() + timedelta(minutes=1)
    page.save_revision().publish()
    scheduled.run(timezone.now() + timedelta(minutes=2))


def a_page_whose_time_is_over_before_anybody_has_looked(world: World) -> None:
    page = world.make("lynx", "en")
    world.hidden_from_apps["lynx"] = [page]
    NewsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))


def a_page_taken_down_behind_our_back(world: World) -> None:
    NewsPage.objects.filter(pk=world.hide("marmot").pk).update(live=False)


def a_private_page_that_shows_an_open_one(world: World) -> None:
    shown = make_body(("related_pages", {"heading": "", "pages": [world.show("meerkat")]}))
    close(world.hide("narwhal", body=shown))


def another_site(world: World) -> None:
    locale = Locale.objects.create(language_code="de")
    root = Page.get_first_root_node()
    page = HomePage(title=needle("ocelot"), slug="needle-home", locale=locale)
    world.hidden["ocelot"] = [root.add_child(instance=page)]
    Site.objects.create(hostname="other.example.org", root_page=page)


def words_of_a_disclaimer_that_nobody_has_approved(world: World) -> None:
    disclaimer = Disclaimer.objects.get(locale__language_code="en")
    disclaimer.heading = needle("okapi")
    disclaimer.save_revision()
    Disclaimer.objects.create(
        heading=needle("otter"), body="<p>needle-otter</p>", key="other", live=False
    )
    world.hidden |= {"okapi": [], "otter": []}


def a_picture_of_somebody_who_says_no(world: World) -> None:
    word = needle("panda")
    image = make_image(title=word, credit=word, alt_texts={"en": word})
    page = world.make("pangolin", "en", hero=make_hero(image))
    tasks.rebuild()
    assert word in Client().get(f"/api/v1/pages/{page.pk}").content.decode()
    image.people_consent = PeopleConsent.MISSING
    image.save()
    world.hidden["panda"] = []


def a_picture_of_a_private_collection_in_a_draft(world: World) -> None:
    word = needle("possum")
    image = make_image(title=word, collection=make_private_collection(), alt_texts={"en": word})
    page = world.make("puma", "en")
    page.hero = make_hero(image)
    page.save_revision()
    world.hidden["possum"] = []


def a_file_for_staff(world: World) -> None:
    file = get_document_model()(title=needle("quokka"), collection=make_private_collection())
    file.file.save("needle-quoll.txt", ContentFile(b"needle-quokka"))
    link = f'<p><a linktype="document" id="{file.pk}">File</a></p>'
    world.make("quail", "en", body=make_body(("paragraph", link)))
    world.hidden["quokka"] = []
    world.hidden_from_apps["quoll"] = []  # a link of the site leads to the login, by its name


def make_private_collection() -> Collection:
    collection = Collection.get_first_root_node().add_child(name="Staff")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


CLOSED: list[Plant] = [
    a_translation_made_before_its_original_was_closed,
    a_translation_made_of_a_closed_page,
    an_original_whose_translation_was_closed,
    aliases,
    a_translation_of_an_alias,
    a_closed_section,
    a_language_that_is_prepared,
]
PLANTS: list[Plant] = [
    a_draft,
    a_change_that_is_not_published,
    a_page_taken_down,
    *CLOSED,
    a_page_that_is_due_tomorrow,
    a_page_whose_time_is_over,
    a_private_page_that_shows_an_open_one,
    another_site,
    words_of_a_disclaimer_that_nobody_has_approved,
    a_picture_of_somebody_who_says_no,
    a_picture_of_a_private_collection_in_a_draft,
    a_file_for_staff,
]
# What no worker is told of.
UNTOLD: list[Plant] = [
    a_page_whose_time_is_over_before_anybody_has_looked,
    a_page_taken_down_behind_our_back,
]
# These change nothing that anybody may read.
UNSEEN: list[Plant] = [
    a_draft,
    a_page_that_is_due_tomorrow,
    a_translation_made_of_a_closed_page,
    a_closed_section,
    words_of_a_disclaimer_that_nobody_has_approved,
]


def make_alias(page: Any, parent: Page) -> Any:
    locale = parent.locale if parent.locale_id != page.locale_id else None
    alias = page.create_alias(
        parent=parent, update_locale=locale, reset_translation_key=locale is None
    )
    return type(page).objects.get(pk=alias.pk)


def make_world(plants: list[Plant]) -> World:
    world = World()
    for plant in plants:
        plant(world)
    hidden = [
        page for pages in world.hidden.values() for page in pages if isinstance(page, NewsPage)
    ]
    world.show("kakapo", body=make_body(*naming(hidden)))
    world.show("kiwi", "ru")
    tasks.rebuild()  # what a worker does within seconds
    return world


def naming(pages: list[NewsPage]) -> list[tuple[str, Any]]:
    """What an open page shows of others: their cards, and links to them."""
    links = "".join(f'<a linktype="page" id="{page.pk}">here</a> ' for page in pages)
    cards = [page for page in pages if page.locale.language_code == "en"]
    return [
        ("related_pages", {"heading": "", "pages": cards[:12]}),
        ("paragraph", f"<p>{HAY} needle-kakapo: {links}</p>"),
    ]


def test_no_open_door_leads_to_a_needle() -> None:
    world = make_world(PLANTS)
    for plant in UNTOLD:
        plant(world)
    page = world.open["kakapo"]
    token = tokens.make(page.latest_revision)
    reader = Reader(token)

    reader.walk()

    found = {word: reader.find(word) for word in world.hidden}
    assert {word: urls for word, urls in found.items() if urls} == {}
    for word in world.hidden_from_apps:
        assert [url for url in reader.find(word) if url.startswith(API)] == []
    for hidden in (*world.hidden.values(), *world.hidden_from_apps.values()):
        addresses = {f"{API}/pages/{page.pk}" for page in hidden}
        assert addresses <= set(reader.read)
        assert addresses & reader.named == set()
    for word, page in world.open.items():  # the doors are open: the same reader finds these there
        assert get_doors(page) <= set(reader.find(word)), get_doors(page) - set(reader.find(word))
    assert f"{API}/preview/{token}" in reader.find("kakapo")


def get_doors(page: Any) -> set[str]:
    code, path = page.locale.language_code, get_path(page)
    return {
        *(path, get_path(page.get_parent()), f"/{code}/feed/", f"/{code}/search/?q={HAY}"),
        *("/news-sitemap.xml", f"{API}/pages/{page.pk}"),
        *(f"{API}/pages/by-path?path={path}&fallback=default", f"{API}/news?locale={code}"),
        *(f"{API}/search?q={HAY}&limit=50&locale={code}", f"{API}/sync?limit=500&locale={code}"),
        f"{API}/news?category=news&fields=body&locale={code}",
    }


def test_no_name_of_an_open_answer_tells_of_a_needle() -> None:
    world = World()
    page = world.show("kakapo")
    questions = ("news?fields=card,body", f"pages/{page.pk}", f"search?q={HAY}", "locales", "site")

    def get_names() -> list[str]:
        tasks.rebuild()
        return [Client().get(f"{API}/{question}")["ETag"] for question in questions]

    before = get_names()
    for plant in UNSEEN:
        plant(world)
        assert get_names() == before, plant


def test_each_closed_page_names_what_closes_it_and_no_open_one_does() -> None:
    world = make_world(CLOSED)
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
