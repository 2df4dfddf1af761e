"""Languages as a list of codes: the same in every translation, named in the reader's."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import get_language_info

# What interpreters at clinics that take patients from abroad are asked for.
LANGUAGES = (
    *("ar", "az", "bg", "cs", "de", "el", "en", "es", "fa", "fr", "he", "hi", "hu", "hy", "it"),
    *("ja", "ka", "kk", "ko", "ky", "nl", "pl", "pt", "ro", "ru", "sr", "tg", "th", "tr", "uk"),
    *("ur", "uz", "vi", "zh-hans"),
)


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def language_choices() -> list[tuple[str, str]]:
    return sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda pair: pair[1])


class LanguagesField(models.JSONField):
    """A list of language codes. Sites on SQLite have no array field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=language_choices,
            required=not self.blank,
            label=str(self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )
