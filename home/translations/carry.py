"""Brings what is the same in every language to the live translations of what was published."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Revision

from home.publishing import refusals
from home.translations.facts import apply, find_difference, is_built_from
from home.translations.judge import find_source, is_shown

logger = logging.getLogger(__name__)


def carry(source: Any, written: Any, facts: str) -> None:
    """To the translation that this record is of, and to its draft; tells the record whether it
    was possible. Whatever keeps it from being possible does not keep the original.

    Args:
        facts: the checksum of those of the original.
    """
    row = find_translation(source, written)
    found = find_source(row) if row is not None else None
    if found is None or not is_built_from(found):
        if not written.source_facts:  # from before they were written down
            note(written, facts)
        return
    is_whole = is_brought(row, source)
    written.refresh_from_db()  # it may have gone live again
    if is_whole:
        note(written, facts)


def note(written: Any, facts: str) -> None:
    written.source_facts = facts
    written.save(update_fields=["source_facts", "updated_at"])


def find_translation(source: Any, written: Any) -> Any | None:
    """If readers see it, and if it is of a kind that takes facts; a plugin sees to its own."""
    if not getattr(source, "takes_facts", False):
        return None
    rows = type(source)._base_manager.filter(translation_key=source.translation_key)
    row = rows.filter(locale_id=written.locale_id).first()
    return row if row is not None and is_shown(row) else None


def is_brought(row: Any, source: Any) -> bool:
    """Whether the translation tells the same facts now. It is saved as by anybody else: through
    the gate, which may refuse it."""
    difference = find_difference(row, source)
    try:
        with refusals.noted(), transaction.atomic():
            if difference.values:
                apply(difference, row, source)
                row.save()
            renew_draft(row, source)
    except ValidationError as refusal:
        codes = ", ".join(sorted({str(error.code) for error in get_errors(refusal)}))
        logger.warning("%s %s is left behind (%s)", type(row).__name__, row.pk, codes)
        return False
    return not difference.left


def get_errors(refusal: ValidationError) -> list[ValidationError]:
    by_field = refusal.error_dict.values() if hasattr(refusal, "error_dict") else [[refusal]]
    return [error for errors in by_field for error in errors]


def renew_draft(row: Any, source: Any) -> None:
    """Or publishing it would bring the old facts back. In its place, as nobody wrote another."""
    revision = getattr(row, "latest_revision", None)
    if revision is None:
        return
    draft = revision.as_object()
    difference = find_difference(draft, source)
    if difference.values:
        apply(difference, draft, source)
        Revision.objects.filter(pk=revision.pk).update(content=draft.serializable_data())
