"""`{{ name|isolate }}`: for plain text, and for words that a translation puts into its sentence."""

from typing import Any

from django import template

from treatment_forms import bidi

register = template.Library()


@register.filter
def isolate(value: Any) -> str:
    return bidi.isolate(str(value))


@register.filter
def isolate_numbers(value: Any) -> str:
    return bidi.isolate_numbers(str(value))


@register.filter
def link(value: Any) -> str:
    return bidi.link(str(value))
