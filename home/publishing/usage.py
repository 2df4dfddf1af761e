"""Which live pages stand on a disclaimer."""

from functools import cache
from typing import Any

from django.apps import apps

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
