"""The kinds of fields that Wagtail's form builder lacks."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from phonenumber_field.phonenumber import to_python
from wagtail.models import Page

from treatment_forms.bidi import isolate
from treatment_forms.prepared import Prepared
from treatment_forms.privacy import public

SELECTED = SafeString(" selected")
PARENT = Prepared(
    lambda pk: Page.objects.filter(pk=pk).only("path", "depth", "translation_key", "locale"),
    stand_in=-1,
)
CHOOSE = ("", _("Please choose"))
CHOOSE_CODE = ("", _("Country code"))


class Choices(BaseChoiceIterator):
    """A list that stays as it is: Django copies any other four times for each form."""

    def __init__(self, choices: Iterable[tuple[str, Any]]) -> None:
        self._choices = tuple(choices)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._choices)

    def __deepcopy__(self, memo: Any) -> "Choices":
        return self


def get_countries() -> Choices:
    return _countries(get_language())[0]


def get_country_choices() -> Choices:
    return _countries(get_language())[1]


def get_dialling_codes() -> Choices:
    return _dialling_codes(get_language())


# Sorting 250 translated names for each reader would cost more than the rest of the form.
@lru_cache(maxsize=32)
def _countries(language: str | None) -> tuple[Choices, Choices]:
    named = [(country.code, country.name) for country in countries]
    return Choices(named), Choices([CHOOSE, *named])


@lru_cache(maxsize=32)
def _dialling_codes(language: str | None) -> Choices:
    codes = ((code, name, phonenumbers.country_code_for_region(code)) for code, name in countries)
    listed = ((code, f"{name} {isolate(f'+{number}')}") for code, name, number in codes if number)
    return Choices([CHOOSE_CODE, *listed])


def get_page_choices(row: Any) -> Choices:
    """The live, public pages directly below the chosen one, in the language of the field.

    The value is the translation key, so that an answer means the same in every language.
    """
    if row.choose_from_id is None:
        return Choices([CHOOSE])
    [parent] = PARENT.find(Page, row.choose_from_id)
    if parent.locale_id != row.locale_id:
        parent = parent.get_translation_or_none(row.locale) or parent
    pages = public(Page.objects.child_of(parent).live()).order_by("title")
    listed = pages.values_list("translation_key", "title")
    return Choices([CHOOSE, *((str(key), title) for key, title in listed)])


class LongSelect(forms.Select):
    """A list of hundreds. Django renders a template for each option: 40 ms for 250 countries."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", label) for key, label in self.choices),
        )
        flat = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", flat, options)


class PhoneWidget(forms.MultiWidget):
    """`<key>` is the number, `<key>-country` the country it is dialled in."""

    use_fieldset = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "maxlength": 40, "dir": "ltr"}
        )
        country = LongSelect(
            attrs={"aria-label": _("Country code"), "autocomplete": "tel-country-code"},
            choices=get_dialling_codes(),
        )
        super().__init__((number, country), attrs)
        self.widgets_names = ["", "-country"]  # no key of a field holds a hyphen

    def decompress(self, value: Any) -> list[str]:
        return [str(value or ""), ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The country first; what describes the field describes its number."""
        values = value if isinstance(value, list) else self.decompress(value)
        attrs = attrs or {}
        shown = attrs.get("id", name)
        number, country = self.widgets
        return format_html(
            '<span class="tf-phone">{}{}</span>',
            country.render(f"{name}-country", values[1], {"id": f"{shown}_1"}, renderer),
            number.render(name, values[0], {**attrs, "id": f"{shown}_0"}, renderer),
        )


class PhoneField(forms.MultiValueField):
    """A number with its country, or in international form; cleaned to E.164."""

    default_error_messages = {
        "invalid": _(
            "This is not a telephone number that can be called. Choose the country code, or "
            "begin with + and the country code."
        ),
    }

    def __init__(self, **options: Any) -> None:
        number = forms.CharField(max_length=40, required=False)
        country = forms.CharField(max_length=2, required=False)
        options.setdefault("widget", PhoneWidget())
        super().__init__((number, country), require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> str:
        number, country = (*data_list, "", "")[:2]
        if not number and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if not number:
            return ""
        phone = to_python(number, region=country or None)
        if not phone or not phone.is_valid():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return str(phone.as_e164)
