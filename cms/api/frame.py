"""What stands around the content: the languages, and what the site says on every page."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from wagtail.models import Locale, Site

from cms.api import answers, query
from cms.api.content import check_locale
from cms.delivery import read
from home.languages import get_language
from home.models import SiteSettings, SiteTexts

LANGUAGE: Mapping[str, query.Read] = {"locale": query.locale}


def locales(request: HttpRequest) -> HttpResponse:
    query.read_query(request.META["QUERY_STRING"], {})
    counted = read.count_pages(settings.LANGUAGE_CODE)
    whole = next((pages for code, pages, _same in counted if code == settings.LANGUAGE_CODE), 0)
    items = [describe(code, pages, same, whole) for code, pages, same in counted]
    return answers.answer_hashed(request, as_json({"items": items}), "")


def describe(code: str, pages: int, same: int, whole: int) -> dict[str, Any]:
    language = get_language(code)
    return {
        "code": code,
        "name": language.name,
        "direction": language.dir,
        "is_default": code == settings.LANGUAGE_CODE,
        "pages": pages,
        "completeness": round(same / whole, 4) if whole else 0.0,
    }


def site(request: HttpRequest) -> HttpResponse:
    given = query.read_query(request.META["QUERY_STRING"], LANGUAGE)
    code = given.get("locale", settings.LANGUAGE_CODE)
    check_locale(code)
    locale = Locale.objects.get(language_code=code)
    default = Site.objects.get(is_default_site=True)
    own = SiteSettings.for_site(default)
    texts = SiteTexts.for_locale(locale)
    key = str(own.request_page.translation_key) if own.request_page else ""
    told = {
        "locale": code,
        "name": default.site_name or settings.WAGTAIL_SITE_NAME,
        "url": default.root_url,
        "texts": {
            name: getattr(texts, name) for name in ("tagline", "arranged_by", "paid_by", "footer")
        },
        "contacts": {
            name: str(getattr(own, name) or "")
            for name in ("phone", "whatsapp", "telegram", "email")
        },
    }
    cards = write_cards(read.get_frame(code, key), key)
    return answers.answer_hashed(request, as_json(told)[:-1] + cards + b"}", code)


def write_cards(rows: list[read.FrameRow], request_key: str) -> bytes:
    """The cards of the pages that every page leads to, as they are stored."""
    home = [row.card for row in rows if row.kind == "home"]
    form = [row.card for row in rows if row.translation_key == request_key]
    below = [row for row in rows if row.kind != "home" and row.depth == read.SECTION_DEPTH]
    menu = [row.card for row in below if row.show_in_menus]
    footer = [row.card for row in below if row.kind == "standard" and not row.show_in_menus]
    return b',"home":%b,"request_form":%b,"menu":[%b],"footer":[%b]' % (
        home[0] if home else b"null",
        form[0] if form else b"null",
        b",".join(menu),
        b",".join(footer),
    )


def as_json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
