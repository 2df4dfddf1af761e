"""Remembers, for one request, what was refused or put back to draft.

wagtail-localize swallows a refusal or tells only that "validation errors were found", and a copy
of a page that may not be published becomes a draft without a word. The middleware opens the book
for requests to the admin and reads out what the view did not say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from home.publishing.problem import Refused

_book: ContextVar[list[Refused] | None] = ContextVar("refusals", default=None)

RefusedT = TypeVar("RefusedT", bound=Refused)


@contextmanager
def noted() -> Iterator[list[Refused]]:
    """Collect the refusals of this context, in their order."""
    notes: list[Refused] = []
    token = _book.set(notes)
    try:
        yield notes
    finally:
        _book.reset(token)


def note(refusal: RefusedT) -> RefusedT:
    """Enter a refusal, and give it back to be raised. Outside the admin nobody reads the book."""
    notes = _book.get()
    if notes is not None:
        notes.append(refusal)
    return refusal
