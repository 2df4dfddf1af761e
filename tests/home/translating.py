"""Translates as a person would, or a machine, for tests that begin where that is done."""

from typing import Any

from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

WORDS = {"ru": "Перевод", "ar": "ترجمة"}


def get_job(row: Any, language: str) -> Translation:
    """Localize's record of the translation of this page or snippet."""
    return Translation.objects.get(
        source__object_id=row.translation_key, target_locale__language_code=language
    )


def say(text: str, language: str) -> str:
    """What our translator makes of a text: it keeps the markup, and names the original."""
    return f"{WORDS[language]}: {text}"


def translate_strings(row: Any, language: str, *, machine: bool = False, skip: int = 0) -> None:
    """Translate every string that has no translation yet, but the last few."""
    job = get_job(row, language)
    segments = job.source.stringsegment_set.select_related("string").order_by("order")
    for segment in list(segments)[: len(segments) - skip or None]:
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=job.target_locale,
            defaults={
                "data": say(segment.string.data, language),
                "translation_type": "machine" if machine else "manual",
                "tool_name": "Dummy" if machine else "",
            },
        )


def translate_snippets(language: str) -> None:
    """Translate and save whatever snippets were submitted along with a page."""
    jobs = Translation.objects.filter(target_locale__language_code=language, enabled=True)
    for job in jobs:
        row = job.source.get_source_instance()
        if hasattr(row, "is_translated"):
            translate_strings(row, language)
            job.save_target()


def get_locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]
