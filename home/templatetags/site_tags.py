"""What every template of the site may ask for, also those of pages the site does not know."""

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from home.frame import Frame, make_frame

register = template.Library()


@register.simple_tag(takes_context=True)
def site_frame(context: dict[str, Any]) -> Frame:
    return make_frame(context.get("request"), context.get("page"))


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
