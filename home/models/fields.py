"""Fields for texts in several languages."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import get_language_info
from wagtail import fields

from home.translatable import join_rich_text, split_rich_text


class RichTextField(fields.RichTextField):
    """Translators are given its words, not where its links lead."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        return split_rich_text(value)

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return join_rich_text(segments)

    def deconstruct(self) -> Any:
        """The same to a migration."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.fields.RichTextField", args, kwargs


class LanguageTextsWidget(forms.MultiWidget):
    """One labelled input for each language, written in that language's direction."""

    template_name = "home/forms/language_texts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.codes = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
        super().__init__({code: forms.TextInput(_attrs_for(code)) for code in self.codes}, attrs)

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code in self.codes]


def _attrs_for(code: str) -> dict[str, str]:
    return {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}


class LanguageTextsFormField(forms.MultiValueField):
    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.codes = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
        fields = [forms.CharField(max_length=max_length, required=False) for _ in self.codes]
        super().__init__(
            fields=fields, widget=LanguageTextsWidget, require_all_fields=False, **kwargs
        )

    def compress(self, values: list[str]) -> dict[str, str]:
        return {code: text for code, text in zip(self.codes, values, strict=False) if text}


class LanguageTextsField(models.JSONField):
    """A short text in each language: {"en": "A ward corridor"}. One without a text has no key."""

    def __init__(self, *args: Any, text_length: int = 250, **kwargs: Any) -> None:
        self.text_length = text_length
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return LanguageTextsFormField(
            max_length=self.text_length,
            required=not self.blank,
            label=str(self.verbose_name),
            help_text=self.help_text,
        )
