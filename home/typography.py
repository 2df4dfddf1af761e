"""Marks that one language writes otherwise than another."""

from collections.abc import Iterable

from django.utils.translation import get_language

COMMAS = {"ar": "، "}


def join(words: Iterable[str]) -> str:
    """A list of words with the commas of the active language."""
    return COMMAS.get(get_language() or "", ", ").join(words)
