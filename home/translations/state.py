"""What is known of a live text, as it was written down when it went live."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings

from home.translations.origin import Origin, TranslationState

Place = tuple[UUID, int]
"""A translation key and a locale's primary key: one row."""

ORIGINAL = TranslationState(Origin.ORIGINAL)
UNKNOWN = TranslationState(Origin.UNKNOWN)


def get_state(row: Any) -> TranslationState:
    """The state of this page or snippet. No query where it is in the site's own language, else one.

    Costs one more where its `locale` was not loaded yet.
    """
    return get_states([row])[row.translation_key, row.locale_id]


def get_states(rows: Iterable[Any]) -> dict[Place, TranslationState]:
    """The states of all of these, in one query."""
    listed = list(rows)
    states = dict.fromkeys(map(get_place, filter(is_in_own_language, listed)), ORIGINAL)
    foreign = {place for row in listed if (place := get_place(row)) not in states}
    known = read_records({key for key, _locale in foreign}) if foreign else {}
    return states | {place: known.get(place, UNKNOWN) for place in foreign}


def get_place(row: Any) -> Place:
    return row.translation_key, row.locale_id


def is_in_own_language(row: Any) -> bool:
    """Whether this is in the language that the site is written in."""
    code: str = row.locale.language_code
    return code == settings.LANGUAGE_CODE


def read_records(keys: set[UUID]) -> dict[Place, TranslationState]:
    records = apps.get_model("home.TranslationRecord").objects
    return {get_place(found): found.state for found in records.filter(translation_key__in=keys)}
