"""The languages of the site, as the settings list them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language as current_language
from django.utils.translation import get_language_info, to_locale

TERRITORIES = {"en": "en_US", "ar": "ar_AR", "uk": "uk_UA", "he": "he_IL", "fa": "fa_IR"}

COMMAS = {"ar": "، ", "fa": "، ", "ur": "، "}
SEMICOLONS = {"ar": "؛ ", "fa": "؛ ", "ur": "؛ "}


@dataclass(frozen=True)
class Language:
    """One of them; `name` is what it calls itself."""

    code: str
    name: str
    is_rtl: bool

    @property
    def dir(self) -> str:
        return "rtl" if self.is_rtl else "ltr"

    @property
    def og_locale(self) -> str:
        """As shared links name it: always with a territory."""
        locale = to_locale(self.code)
        return TERRITORIES.get(locale, locale if "_" in locale else f"{locale}_{locale.upper()}")


def get_languages() -> list[Language]:
    return [_describe(code, str(name)) for code, name in settings.WAGTAIL_CONTENT_LANGUAGES]


def get_language(code: str) -> Language:
    """Also of a language that the settings name no more."""
    names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    return _describe(code, str(names.get(code, code)))


def get_comma() -> str:
    """That of the active language, and the space behind it."""
    return COMMAS.get(current_language() or "", ", ")


def get_semicolon() -> str:
    """As `get_comma`, between things that have commas of their own."""
    return SEMICOLONS.get(current_language() or "", "; ")


def join_words(words: Iterable[str]) -> str:
    """With the comma of the active language; what is empty is left out."""
    return get_comma().join(word for word in words if word)


def _describe(code: str, name: str) -> Language:
    try:
        info = get_language_info(code)
    except KeyError:  # one that Django has not heard of
        return Language(code, name, code in settings.LANGUAGES_BIDI)
    return Language(code, info["name_local"], info["bidi"])
