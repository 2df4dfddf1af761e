"""What is no word of a form is the same in every language as soon as its original says so.

Who is told of requests must not wait for a translator. Only where wagtail-localize holds the
translations: without it no page is another's original.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Revision

from treatment_forms import choices, localize

SAME_IN_ALL_LANGUAGES = (
    "show_in_menus",
    "recipients",
    "fallback_recipient",
    "files_in_mail",
    "text_in_mail",
    "max_files",
    "max_file_mb",
    "retention_days_files",
    "retention_days_data",
    "closed_countries",
)
OF_A_FIELD = ("field_type", "required", "choose_from_id")
"""Not its default value, which may be words."""


def take(page: Any) -> None:
    """Before a translation is written live: what it was made of may be of last year."""
    original = None if page._state.adding else localize.find_original(page)
    if original is not None:
        copy(original, page)


def carry(page: Any) -> None:
    """After an original was written live: to its translations and their drafts. One query where
    there are none."""
    for other in localize.find_translations(page):
        if copy(page, other):
            write(other)
        renew_draft(page, other)


def copy(original: Any, page: Any) -> bool:
    """Whether anything changed. A query for the fields of each."""
    rows = list(page.fields.all())
    originals = list(original.fields.all())
    are_changed = [give_row(row, originals) for row in rows]
    if any(are_changed):
        page.fields = rows
    return give(page, original, SAME_IN_ALL_LANGUAGES) or any(are_changed)


def give_row(row: Any, originals: list[Any]) -> bool:
    """Other choices come with other words: then the question stays as it is."""
    found = [one for one in originals if one.translation_key == row.translation_key]
    fits = found and list_keys(found[0]) == list_keys(row)
    return bool(fits and give(row, found[0], OF_A_FIELD))


def list_keys(row: Any) -> list[str]:
    return list(choices.parse(row.choices))


def give(row: Any, original: Any, names: tuple[str, ...]) -> bool:
    changed = [name for name in names if getattr(row, name) != getattr(original, name)]
    for name in changed:
        setattr(row, name, getattr(original, name))
    return bool(changed)


def write(page: Any) -> None:
    """As everybody does; and where its words are refused, without them."""
    try:
        with transaction.atomic():
            page.save()
    except ValidationError:
        page.save(clean=False, update_fields=list(SAME_IN_ALL_LANGUAGES))


def renew_draft(original: Any, page: Any) -> None:
    """Or publishing it would bring back what was. In its place, as nobody wrote another."""
    draft = page.latest_revision.as_object() if page.latest_revision else None
    if draft is not None and copy(original, draft):
        Revision.objects.filter(pk=page.latest_revision_id).update(
            content=draft.serializable_data()
        )
