"""What every answer to a visitor has in common, whichever view gives it."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def keep_private(response: ResponseT) -> ResponseT:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def is_foreign(request: HttpRequest) -> bool:
    """Whether another site made the browser send this. There is no cookie that could tell."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "cross-site"
    origin = request.headers.get("Origin", "null")
    return origin != "null" and origin.partition("://")[2] != request.get_host()


def when_sent(response: HttpResponseBase, act: Callable[[], None]) -> None:
    """Do what must not fail once the answer has left, so that nobody waits for it.

    It may never happen: the process can be killed first.
    """
    close = response.close

    def act_and_close() -> None:
        act()
        close()

    response.close = act_and_close  # type: ignore[method-assign]  # as WSGI servers call it
