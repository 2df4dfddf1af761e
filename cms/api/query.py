"""The parameters of a GET, read strictly: what is not understood is refused and named."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext as _

from treatment_forms.api.problems import Problem

MOST_PARAMETERS = 20
LONGEST = 2000
LARGEST_ID = 2**63 - 1
LOCALE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", re.IGNORECASE)
SLUG = re.compile(r"[-\w]{1,80}")
COUNTRY = re.compile(r"[A-Z]{2}")
DIGITS = re.compile(r"[0-9]{1,19}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Read = Callable[[str, str], Any]
"""Of a parameter's name and its text, what it means."""


def read_query(query: str, known: Mapping[str, Read]) -> dict[str, Any]:
    """What a query string asks for.

    Raises:
        Problem: 400 for what cannot be read or is not known here, 422 for a wrong value.
    """
    found: dict[str, Any] = {}
    pairs = query.split("&") if query else []
    if len(pairs) > MOST_PARAMETERS:
        raise Problem(400, "too_many_parameters", _("The address has too many parameters."))
    for pair in pairs:
        if pair:
            name, _sign, value = pair.partition("=")
            name = decode(name, name)
            if name not in known:
                raise refuse_name(name, known)
            if name in found:
                text = _("The parameter “%(name)s” is given twice.") % {"name": name}
                raise Problem(400, "repeated_parameter", text, field=name)
            found[name] = known[name](name, decode(name, value))
    return found


def decode(name: str, text: str) -> str:
    if len(text) > LONGEST:
        raise wrong(name, _("is too long"))
    try:
        decoded = unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        decoded = "\0"
    if "\0" in decoded:
        words = _("The parameter “%(name)s” holds bytes that are no text.") % {"name": show(name)}
        raise Problem(400, "not_text", words, field=show(name))
    return decoded


def show(name: str) -> str:
    """A name from outside, fit to be repeated."""
    return name[:40].encode("ascii", "replace").decode().replace("\0", "?")


def refuse_name(name: str, known: Mapping[str, Read]) -> Problem:
    text = _("There is no parameter “%(name)s” here. There are: %(known)s.")
    words = text % {"name": show(name), "known": ", ".join(sorted(known)) or "–"}
    return Problem(400, "unknown_parameter", words, field=show(name))


def wrong(name: str, reason: str) -> Problem:
    text = _("The parameter “%(name)s” %(reason)s.") % {"name": name, "reason": reason}
    return Problem(422, "invalid", text, field=name)


# --- What parameters mean -------------------------------------------------------------


def locale(name: str, text: str) -> str:
    if not LOCALE.fullmatch(text):
        raise wrong(name, _("is no code of a language"))
    return text.lower()


def slug(name: str, text: str) -> str:
    if not SLUG.fullmatch(text):
        raise wrong(name, _("is no slug: letters, digits and hyphens, at most 80"))
    return text


def country(name: str, text: str) -> str:
    if not COUNTRY.fullmatch(text):
        raise wrong(name, _("is no country: two capital letters (ISO 3166-1)"))
    return text


def number(name: str, text: str) -> int:
    if not DIGITS.fullmatch(text) or int(text) > LARGEST_ID:
        raise wrong(name, _("is no whole number above zero"))
    return int(text)


def between(low: int, high: int) -> Read:
    def read(name: str, text: str) -> int:
        reason = _("must be a number from %(low)d to %(high)d") % {"low": low, "high": high}
        if not DIGITS.fullmatch(text) or not low <= int(text) <= high:
            raise wrong(name, reason)
        return int(text)

    return read


def day(name: str, text: str) -> date:
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(name, _("is no day like 2026-01-31")) from None


def one_of(*choices: str) -> Read:
    def read(name: str, text: str) -> str:
        if text not in choices:
            raise wrong(name, _("must be one of: %(choices)s") % {"choices": ", ".join(choices)})
        return text

    return read


def some_of(*choices: str) -> Read:
    def read(name: str, text: str) -> frozenset[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(choices) or len(chosen) != len(set(chosen)):
            reason = _("must name some of these once, with commas between: %(choices)s")
            raise wrong(name, reason % {"choices": ", ".join(choices)})
        return frozenset(chosen)

    return read


def path(name: str, text: str) -> str:
    if not text.startswith("/") or text.startswith("//"):
        raise wrong(name, _("is no path of this site, like /en/news/"))
    return text if text.endswith("/") else f"{text}/"


def text(name: str, value: str) -> str:
    return value
