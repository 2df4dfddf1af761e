"""The door before Django: what Django cannot read does not get in."""

import pytest
from django.test import RequestFactory

from cms.wsgi import application

pytestmark = pytest.mark.django_db  # every request looks after the process's connections


def answer(content_type: str) -> tuple[str, bytes]:
    environ = RequestFactory().get("/healthz").environ
    started: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        started.append(status)

    body = b"".join(application({**environ, "CONTENT_TYPE": content_type}, start))
    return started[0], body


@pytest.mark.parametrize("content_type", ["x/y; a*=x; a*0=y", "x/y; a*=bogus'en'x"])
def test_a_type_that_cannot_be_read_is_refused(content_type: str) -> None:
    status, body = answer(content_type)

    assert status == "400 Bad Request"
    assert body


@pytest.mark.parametrize("content_type", ["", "text/plain", "text/plain; charset=utf-8"])
def test_any_other_type_is_let_in(content_type: str) -> None:
    assert answer(content_type)[0] == "200 OK"
