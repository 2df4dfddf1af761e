"""Which live pages stand on a disclaimer, or show another snippet."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Q
from modelcluster.fields import ParentalKey
from wagtail.models import Page

SHOWN = 20


@cache
def medical_models() -> tuple[Any, ...]:
    """Every concrete page model that must carry the disclaimer."""
    from home.models import MedicalPage  # the models import this package

    return tuple(model for model in apps.get_models() if issubclass(model, MedicalPage))


def get_pages_showing(disclaimer: Any) -> tuple[list[Any], int]:
    """Some of the live pages that show this text, and how many there are.

    A page shows the disclaimer it names in its own language, so a translation is in use also
    where the foreign key still points at the original.
    """
    pages: list[Any] = []
    count = 0
    for model in medical_models():
        showing = model.objects.filter(
            live=True,
            locale_id=disclaimer.locale_id,
            disclaimer__translation_key=disclaimer.translation_key,
        )
        count += showing.count()
        pages += showing.only("title", "draft_title")[: SHOWN - len(pages)]
    return pages, count


def names(snippet: Any) -> Q:
    """The pages that hold this snippet or its twin in another language, which is led to it.

    Looks at columns, of the pages and of their child rows, and not at the reference index, which
    is behind until a worker has run. No stream chooses a snippet but the disclaimer.
    """
    found = Q(pk__in=[])
    for relation in type(snippet)._meta.get_fields(include_hidden=True):
        way = get_way_to_page(relation.related_model) if relation.one_to_many else None
        if way:
            twins = {f"{relation.field.name}__translation_key": snippet.translation_key}
            found |= Q(pk__in=relation.related_model._base_manager.filter(**twins).values(way))
    return found


def get_way_to_page(model: Any) -> str | None:
    """The column that holds the page of a row, if rows of this model are pages or parts of one."""
    if issubclass(model, Page):
        return "pk"
    keys = [field for field in model._meta.fields if isinstance(field, ParentalKey)]
    return next((key.attname for key in keys if issubclass(key.related_model, Page)), None)


def list_titles(pages: list[Any], count: int) -> str:
    return ", ".join(map(str, pages)) + ("…" if count > len(pages) else "")
