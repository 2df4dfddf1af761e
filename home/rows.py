"""Snippets in the language of the page that shows them."""

from collections.abc import Sequence
from typing import Any


def in_language_of(page: Any, snippets: Sequence[Any]) -> list[Any]:
    """These snippets in the page's language; one without a translation stays as it is.

    No query where all are in that language already, else one. All are of one model.
    """
    foreign = [row.translation_key for row in snippets if row.locale_id != page.locale_id]
    if not foreign:
        return list(snippets)
    found = type(snippets[0]).objects.filter(translation_key__in=foreign, locale_id=page.locale_id)
    by_key = {row.translation_key: row for row in found}
    return [by_key.get(row.translation_key, row) for row in snippets]
