"""The cache in Redis may go away at any time, and no page with it."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache
from django.test import Client

from cms.settings import base
from tests.factories import make_news
from tests.wire.smtp import get_closed_port

BACKEND = "cms.cache.PatientRedisCache"


def point_to(settings: Any, url: str) -> None:
    settings.CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": url, "KEY_PREFIX": "patient"}}


@pytest.fixture
def away(settings: Any) -> None:
    point_to(settings, f"redis://127.0.0.1:{get_closed_port()}/0")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes every connection, and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield listener.getsockname()[1]


@pytest.mark.django_db
def test_pages_are_served_while_redis_is_down(away: None) -> None:
    page = make_news()

    for address in ("/en/", page.get_url(), "/en/search/?q=ward", "/sitemap.xml"):
        assert Client().get(address).status_code == 200, address


def test_without_redis_everything_is_a_miss(away: None) -> None:
    cache.set("a", 1)
    cache.set_many({"a": 1, "b": 2})
    cache.delete("a")
    cache.delete_many(["a", "b"])
    cache.clear()

    assert cache.get("a", "none") == "none"
    assert cache.get_many(["a", "b"]) == {}
    assert "a" not in cache
    assert cache.get_or_set("a", lambda: "made") == "made"
    assert cache.add("a", 1) is True
    assert cache.touch("a") is False
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_a_redis_that_does_not_answer_is_not_waited_for(settings: Any, silent_port: int) -> None:
    point_to(settings, f"redis://127.0.0.1:{silent_port}/0")
    began = time.monotonic()

    assert cache.get("a", "none") == "none"

    assert time.monotonic() - began < 10


def test_what_redis_said_is_logged_without_keys_and_addresses(away: None, caplog: Any) -> None:
    cache.get("the-key")

    assert "ConnectionError" in caplog.text
    assert "the-key" not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.services
def test_with_redis_it_is_a_cache() -> None:
    assert base.CACHES["default"]["BACKEND"] == BACKEND
    assert site_settings.CACHES["default"]["BACKEND"] == BACKEND

    cache.set_many({"a": 1, "b": "two"})

    assert cache.incr("a") == 2
    assert cache.get_many(["a", "b", "c"]) == {"a": 2, "b": "two"}
    assert cache.add("b", 3) is False
    assert cache.delete("b") is True
    assert "b" not in cache
