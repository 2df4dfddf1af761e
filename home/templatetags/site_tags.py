"""What every template of the site may ask for, also those of pages the site does not know."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Locale, Page, Site

from home.cards import Link
from home.models import HomePage, SiteSettings, SiteTexts, StandardPage

register = template.Library()


@dataclass(frozen=True)
class Frame:
    """The head and foot of every page."""

    name: str
    home_url: str
    texts: SiteTexts
    settings: SiteSettings | None
    request_url: str
    navigation: list[Link]
    footer_links: list[Link]


@register.simple_tag(takes_context=True)
def site_frame(context: dict[str, Any]) -> Frame:
    """Head and foot in the language of the page, or the active one. About five queries."""
    request = context.get("request")
    page = context.get("page")
    locale = page.locale if isinstance(page, Page) and page.locale_id else Locale.get_active()
    site = Site.find_for_request(request) if request is not None else None
    home = _get_home(site, locale)
    site_settings = SiteSettings.for_request(request) if site else None
    children = list(home.get_children().live().public()) if home else []
    plain = ContentType.objects.get_for_model(StandardPage).pk
    return Frame(
        name=(site.site_name if site else "") or settings.WAGTAIL_SITE_NAME,
        home_url=(home.get_url(request) if home else None) or "/",
        texts=SiteTexts.for_locale(locale),
        settings=site_settings,
        request_url=_request_url(site_settings, locale, request),
        navigation=[_link(child, request) for child in children if child.show_in_menus],
        footer_links=[
            _link(child, request)
            for child in children
            if child.content_type_id == plain and not child.show_in_menus
        ],
    )


def _get_home(site: Site | None, locale: Locale) -> Page | None:
    if site is None:
        return HomePage.objects.filter(locale=locale).first()
    root: Page = site.root_page
    if root.locale_id == locale.pk:
        return root
    return root.get_translation_or_none(locale) or root


def _request_url(site_settings: SiteSettings | None, locale: Locale, request: Any) -> str:
    page = site_settings.get_request_page(locale) if site_settings else None
    return (page.get_url(request) or "") if page else ""


def _link(page: Page, request: Any) -> Link:
    url = page.get_url(request) or ""
    path = getattr(request, "path", "")
    return Link(title=page.title, url=url, is_current=bool(url) and path.startswith(url))


@register.filter
def display_date(value: date | None) -> str:
    """`Feb 05, 2026` in English; elsewhere as the language writes a date."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "DATE_FORMAT")


@register.simple_tag
def json_ld(page: Any) -> SafeString:
    """What the page is, for search engines: a data block, which no policy on scripts stops."""
    data = page.get_json_ld() if hasattr(page, "get_json_ld") else None
    if not data:
        return SafeString("")
    text = json.dumps(data, ensure_ascii=False)
    for character, escape in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308 - the three characters HTML knows are escaped above
    )
