"""The snippets that a page shows: a category's name is text on the page as well."""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ReferenceIndex


def get_untranslated(page: Any) -> list[tuple[str, Any]]:
    """The snippets this page shows that have no words in its language, as (field, snippet).

    No query for a row that shows none; two for each model of snippets.
    """
    named: dict[int, dict[Any, str]] = defaultdict(dict)
    for type_id, object_id, _model_path, content_path in find_references(page):
        named[type_id].setdefault(object_id, content_path.split(".", 1)[0])
    return [
        (fields[str(row.pk)], row)
        for type_id, fields in named.items()
        if hasattr(model := ContentType.objects.get_for_id(type_id).model_class(), "is_translated")
        for row in get_missing(model, fields, page.locale_id)
    ]


def find_references(row: Any) -> Any:
    """Wagtail's own scanner for its reference index: it knows streams and child rows."""
    if not ReferenceIndex.model_is_indexable(type(row)):
        return []
    return ReferenceIndex._extract_references_from_object(row)


def get_missing(model: Any, pks: Any, locale_id: int) -> list[Any]:
    rows = list(model.objects.filter(pk__in=pks))
    keys = [row.translation_key for row in rows]
    there = model.objects.filter(translation_key__in=keys, locale=locale_id, is_translated=True)
    translated = set(there.values_list("translation_key", flat=True))
    return [row for row in rows if row.translation_key not in translated]
