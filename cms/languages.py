"""Which of this site's languages a reader is led to."""

import re
from collections.abc import Iterator

from django.conf.locale import LANG_INFO
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import get_supported_language_variant, override
from django.utils.translation.trans_real import parse_accept_lang_header
from wagtail.models import Page, Site

from home.languages import get_languages
from home.privacy import public
from home.publishing import visible

# What Wagtail takes for the path of a page: no dot, no colon, no empty part.
PATH = re.compile(r"/((?:[\w-]+/)*[\w-]*)")
# Django knows Chinese by its scripts only: `zh-hans`, and no `zh`.
KNOWN = {code.partition("-")[0] for code in LANG_INFO}


def get_accepted_languages(request: HttpRequest) -> list[str]:
    """Ours, in the order of Accept-Language; behind them the rest, our own first."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ours = [code for name, weight in wanted if weight > 0 for code in get_variant(name)]
    return list(dict.fromkeys([*ours, *(language.code for language in get_languages())]))


def get_variant(name: str) -> list[str]:
    """The language of ours that this name means, if any."""
    try:
        return [get_supported_language_variant(name.lower())]
    except LookupError:
        return []


def get_homes() -> dict[str, Page]:
    """The home pages that every reader may be shown, by language."""
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    homes = public(Page.objects.filter(translation_key=root.translation_key).live())
    return {home.locale.language_code: home for home in visible(homes.select_related("locale"))}


def lead_home(request: HttpRequest) -> HttpResponse:
    homes = get_homes()
    languages = [code for code in get_accepted_languages(request) if code in homes]
    return HttpResponseRedirect(f"/{languages[0] if languages else get_languages()[0].code}/")


def lead_to_page(request: HttpRequest) -> HttpResponse | None:
    """Where an address without a language of ours is meant to go, if it is there in any.

    `/clinics/` and `/de/clinics/` lead to the clinics in the best language that has them. The
    answer always has the prefix of a language, and an address with one is never led on.
    """
    found = PATH.fullmatch(request.path_info)
    if not found:
        return None
    homes = get_homes()
    for language, path in list_meanings(request, f"{found[1].rstrip('/')}/"):
        if language in homes and answers(homes[language], f"/{language}/{path}", path):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"/{language}/{path}{'?' if query else ''}{query}")
    return None


def list_meanings(request: HttpRequest, path: str) -> Iterator[tuple[str, str]]:
    """Language and path that may be meant, the likeliest first."""
    prefix, _, rest = path.partition("/")
    languages = get_accepted_languages(request)
    if is_language(prefix):
        for language in dict.fromkeys([*get_variant(prefix), *languages]):
            yield language, rest
    for language in languages:
        yield language, path


def is_language(prefix: str) -> bool:
    """`de`, `de-at`, `EN`, `zh-CN`: a language that somebody speaks, here or elsewhere."""
    return prefix.lower().partition("-")[0] in KNOWN


def answers(home: Page, address: str, path: str) -> bool:
    """Whether a reader would find something at an address below this home page."""
    with override(home.locale.language_code):
        try:
            match = resolve(address)
        except Resolver404:
            return False
    if match.url_name != "wagtail_serve":
        return True
    pages = Page.objects.filter(url_path=f"{home.url_path}{path}", locale=home.locale)
    return bool(visible(public(pages.live())))
