"""What a visitor's browser does with the site's pages: loads, keeps and complains about."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test.utils import override_settings

from tests.factories import make_clinic, make_hero, make_news

WIDTHS = (320, 375, 1280)


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    with override_settings(ALLOWED_HOSTS=["*"]):
        yield live_server.url


@pytest.fixture
def addresses(site: str) -> list[str]:
    news, clinic = make_news(hero=make_hero()), make_clinic()
    paths = [urlsplit(page.full_url).path for page in (news, clinic)]
    return [f"{site}{path}" for path in ("/", "/en/search/?q=ward", "/en/nothing/", *paths)]


def test_pages_load_nothing_from_strangers_and_keep_nothing(
    addresses: list[str], page: Any, context: Any
) -> None:
    hosts: set[str | None] = set()
    complaints: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for address in addresses:
        page.goto(address, wait_until="networkidle")
        assert page.locator("h1").count() == 1, address

    assert hosts <= {"127.0.0.1", "localhost"}
    assert context.cookies() == []
    assert [text for text in complaints if "404 (Not Found)" not in text] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(addresses: list[str], page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    for address in addresses:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} px wide"
