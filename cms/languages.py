"""The languages this site speaks, and which of them a browser asks for."""

from collections.abc import Container

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from wagtail.models import Page, Site


def get_accepted_language(request: HttpRequest, among: Container[str] | None = None) -> str:
    """The first language of Accept-Language that we speak (and that is `among`), or our own."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            language = get_supported_language_variant(wanted)
        except LookupError:
            continue
        if among is None or language in among:
            return language
    return settings.LANGUAGE_CODE


def get_live_languages() -> set[str]:
    """The languages whose home page is published."""
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    homes = Page.objects.filter(translation_key=root.translation_key, live=True)
    return set(homes.values_list("locale__language_code", flat=True))
