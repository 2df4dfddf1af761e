"""Small kindnesses to readers' eyes."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from home.languages import get_comma, get_semicolon

register = template.Library()

# CAR-T, B-ALL, T-cell: one word to a reader, two to a browser that looks for a place to break.
SHORT_COMPOUND = re.compile(r"\b(?:[A-Z]{1,4}-[A-Z0-9]{1,4}|[A-Z]-[a-z]{2,6})\b")


@register.filter
def unbroken(text: str) -> SafeString:
    """Keep short compounds in one line. For plain text, not for markup."""
    safe = SHORT_COMPOUND.sub(r'<span class="unbroken">\g<0></span>', conditional_escape(text))
    return mark_safe(safe)  # noqa: S308 - escaped one line above


@register.simple_tag
def comma() -> str:
    """Between two things of which only one is marked up."""
    return get_comma()


@register.simple_tag
def semicolon() -> str:
    """Between things that have commas of their own."""
    return get_semicolon()
