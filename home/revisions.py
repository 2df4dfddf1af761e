"""Opening a revision that names a row deleted since.

A protected row cannot be deleted while a page names it, but a page forgets: the old revision still
names it. django-modelcluster raises a bare `Exception` there, which is a server error in the
history, the comparison and every door that publishes a revision.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from modelcluster.models import get_all_child_relations

MENDED_BY_MODELCLUSTER = (models.CASCADE, models.SET_NULL, models.DO_NOTHING)


def without_dead_targets(page: Any, content: dict[str, Any]) -> dict[str, Any]:
    """The content, naming no row that is gone where modelcluster cannot help itself.

    A key of the page becomes empty, or stays what the page has where it may not be empty; a child
    row is left out. Costs one query for each such key of the page that the revision changes, and
    one for each such key of the child rows, where there are any.
    """
    return {**content, **get_mended_keys(page, content), **get_living_rows(page, content)}


def get_mended_keys(page: Any, content: dict[str, Any]) -> dict[str, Any]:
    mended = {}
    for field in get_protecting_keys(type(page)):
        own = getattr(page, field.attname)  # protected by this very page, and so it exists
        named = field.to_python(content.get(field.name))
        if named != own and find_dead(field, [named]):
            mended[field.name] = None if field.null else own
    return mended


def get_living_rows(page: Any, content: dict[str, Any]) -> dict[str, Any]:
    mended = {}
    for relation in get_all_child_relations(type(page)):
        name = relation.get_accessor_name()
        rows = content.get(name) or []
        for field in get_protecting_keys(relation.related_model):
            dead = find_dead(field, [field.to_python(row.get(field.name)) for row in rows])
            if dead:
                rows = [row for row in rows if field.to_python(row.get(field.name)) not in dead]
                mended[name] = rows
    return mended


def get_protecting_keys(model: type[models.Model]) -> Iterator[Any]:
    field: Any
    for field in model._meta.concrete_fields:
        key = isinstance(field, models.ForeignKey)
        if key and field.remote_field.on_delete not in MENDED_BY_MODELCLUSTER:
            yield field


def find_dead(field: Any, named: Iterable[Any]) -> set[Any]:
    """Those of the values that name no row."""
    values = {value for value in named if value is not None}
    if not values:
        return set()
    name = field.target_field.name
    living = field.related_model._default_manager.filter(**{f"{name}__in": values})
    return values - set(living.values_list(name, flat=True))
