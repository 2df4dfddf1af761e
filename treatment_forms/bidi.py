"""Plain text of two directions: what is Latin in an Arabic line, and the other way round.

HTML has `<bdi>` for it. In plain text two invisible marks do the same.
"""

import re

from django.template.defaultfilters import urlize
from django.utils.html import format_html_join
from django.utils.translation import get_language_bidi

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
MARK = re.compile("([\u2066-\u2069])")
# A number of groups is turned round group by group in an Arabic line: 0123 7946 20 44+.
GROUPED_NUMBER = re.compile(
    "(?P<isolated>[\u2066-\u2068][^\u2069]*\u2069)|"
    r"(?<!\w)\+?\d[\d()./ \u00a0-]{4,}\d"
)


def isolate(text: str) -> str:
    """The text, kept from turning the line around it, where it could."""
    if "\n" in text or not (get_language_bidi() or RIGHT_TO_LEFT.search(text)):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"


def isolate_numbers(text: str) -> str:
    """The text with its telephone numbers kept as they are."""
    return GROUPED_NUMBER.sub(lambda found: found["isolated"] or isolate(found[0]), text)


def link(text: str) -> str:
    """The text as HTML in which addresses can be pressed, also those that stand between marks:
    Django takes a mark for a letter of the address."""
    return format_html_join("", "{}", ((urlize(part),) for part in MARK.split(text)))
