"""The article this project began with, compared with the page a reader gets, item by item."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from articles.models import ClinicPage, NewsPage
from home.models import MedicalPage, StandardPage, User
from home.publishing import problems

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[2] / "demo" / "seed-article.txt"
MACHINE_MADE = ("Изображение выглядит", "Содержимое, созданное искусственным")
UNSEEN = {"head", "script", "style", "template"}
MARKUP_SPACE = re.compile(r"[ \t\r\f]+")  # a no-break space is typography, and stays
INLINE = {"a", "abbr", "b", "bdi", "em", "i", "span", "strong", "sub", "sup", "time"}


class VisibleText(HTMLParser):
    """What stands on the page for a reader's eyes, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen = 0
        self.parts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.unseen:
            self.parts.append(data)


def get_visible_text(html: str) -> str:
    parser = VisibleText()
    parser.feed(html)
    lines = (MARKUP_SPACE.sub(" ", line).strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def get_seed_items() -> list[str]:
    lines = (line.strip() for line in SEED.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(MACHINE_MADE)]


def find_missing(items: list[str], text: str) -> list[str]:
    """The items that do not stand in the text after the ones before them."""
    missing, position = [], 0
    for item in items:
        found = text.find(item, position)
        if found < 0:
            missing.append(item)
        else:
            position = found + len(item)
    return missing


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The demo content, loaded once for this module and undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def html(demo) -> str:
    """The page as an anonymous reader gets it."""
    page = NewsPage.objects.get(title=get_seed_items()[0])
    return Client().get(page.url).content.decode()


def test_every_visible_item_of_the_seed_stands_on_its_page_in_order(html):
    items = get_seed_items()

    assert len(items) == 20
    assert find_missing(items, get_visible_text(html)) == []


def test_the_machine_made_texts_stand_nowhere_in_the_page(html):
    assert all(line in SEED.read_text(encoding="utf-8") for line in MACHINE_MADE)

    assert [line for line in MACHINE_MADE if line in html] == []


def test_the_items_that_are_single_stand_alone_on_their_lines(html):
    lines = get_visible_text(html).splitlines()

    for item in ("News", "Feb 05, 2026", "Application", "Send a request", "Source: TASS"):
        assert item in lines
    assert any("Photo Source: Morozov Children's Hospital" in line for line in lines)


def test_a_changed_word_is_noticed(html):
    text = get_visible_text(html).replace("relapsed and refractory", "relapsed or refractory")

    assert len(find_missing(get_seed_items(), text)) == 1


def test_thirty_news_eight_clinics_in_four_countries_and_the_policies_surround_it(demo):
    assert NewsPage.objects.live().count() == 31
    assert ClinicPage.objects.live().count() == 8
    assert len(set(ClinicPage.objects.values_list("country", flat=True))) == 4
    assert set(StandardPage.objects.live().values_list("slug", flat=True)) == {
        *("about", "contact", "editorial-policy", "corrections", "funding", "privacy"),
        "accessibility",
    }
    assert set(User.objects.values_list("username", flat=True)) == {
        *("administrator", "editor", "reviewer", "coordinator"),
    }


def test_the_gate_has_nothing_against_any_demo_page(demo):
    medical: list[MedicalPage] = [*NewsPage.objects.all(), *ClinicPage.objects.all()]

    assert {page.slug: problems(page) for page in medical if problems(page)} == {}


def test_a_page_of_each_kind_is_served(demo):
    pages = {page.specific_class: page for page in Page.objects.filter(depth__gt=1)}.values()

    assert len(pages) == 7
    assert {page.url: Client().get(page.url).status_code for page in pages} == {
        page.url: 200 for page in pages
    }


def test_a_page_of_each_kind_can_be_handed_to_the_translators(demo):
    """Code made these pages, so a text nobody gave must still be a text."""
    russian = Locale.objects.create(language_code="ru")
    pages = {page.specific_class: page for page in Page.objects.filter(depth__gt=1)}.values()
    client = Client()
    client.force_login(User.objects.get(username="administrator"))

    for page in pages:
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        client.post(url, {"locales": [russian.pk], "include_related_objects": "on"})

    assert len(pages) == 7
    assert [page.url for page in pages if not page.has_translation(russian)] == []


def test_loading_again_changes_nothing(demo):
    before = Page.objects.count()

    call_command("load_demo")

    assert Page.objects.count() == before
