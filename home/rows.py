"""Rows that exist once in each language."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Locale


def in_language_of(page: Any, snippets: Sequence[Any]) -> list[Any]:
    """These snippets in the page's language; one without its own words there stays as it is.

    No query where all are in that language already, else one. All are of one model.
    """
    foreign = [row.translation_key for row in snippets if row.locale_id != page.locale_id]
    if not foreign:
        return list(snippets)
    found = type(snippets[0]).objects.filter(
        translation_key__in=foreign, locale_id=page.locale_id, is_translated=True
    )
    by_key = {row.translation_key: row for row in found}
    return [by_key.get(row.translation_key, row) for row in snippets]


def has_words_in(row: Any, locale_id: int) -> bool:
    """Whether this snippet has words of its own in a language. One query."""
    twins = type(row).objects.filter(translation_key=row.translation_key, locale_id=locale_id)
    return bool(twins.filter(is_translated=True).exists())


def refuse_taken(row: Any, field: str, message: Any) -> None:
    """Raise a ValidationError at this field if another row of the language has its value.

    For `clean`. The database says so too, but a form leaves `locale` out, and with it every
    constraint that names it: without this the editor sees a server error.
    """
    locale_id = row.locale_id or Locale.get_default().pk
    others = type(row).objects.filter(locale_id=locale_id, **{field: getattr(row, field)})
    if others.exclude(pk=row.pk).exists():
        raise ValidationError({field: ValidationError(message, code="unique")})
