"""The article this project began with, compared with the page a reader gets, item by item."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from articles.models import NewsPage

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
def html(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The page as an anonymous reader gets it; the demo content is loaded once and undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo")
        page = NewsPage.objects.get(title=get_seed_items()[0])
        yield Client().get(page.url).content.decode()
        transaction.set_rollback(True)


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
