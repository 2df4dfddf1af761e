"""The languages of requests: one may have no name, or be given up by the site since."""

from django.conf import settings
from django.utils import translation

from treatment_forms import conf


def get_name(code: str) -> str:
    """In the reader's language; the code of a language that Django has no name for."""
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code


def get_both_names(code: str, name: str) -> str:
    """A choice for whoever reads this page, and for whoever can read nothing but that language."""
    if code == translation.get_language():
        return name
    try:
        own = str(translation.get_language_info(code)["name_local"])
    except KeyError:
        return name
    return f"{name} ({own[:1].upper()}{own[1:]})"


def get_spoken(code: str) -> str:
    """The language to answer in: this one, or the site's where nobody translates into it."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE


def get_staffs() -> str:
    """What mails to staff are written in."""
    return get_spoken(conf.get("STAFF_LANGUAGE") or settings.LANGUAGE_CODE)
