"""For templates of the admin: what is known of a translation."""

from typing import Any

from django import template
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import Page

from home.privacy import get_restrictions
from home.translations import get_state
from home.translations.progress import get_progress

register = template.Library()


@register.inclusion_tag("home/translations/status.html")
def translation_status(translation: Any, row: Any) -> dict[str, Any]:
    """Above the editor of a translation. Five queries."""
    model = Page if isinstance(row, Page) else type(row)
    kind = ContentType.objects.get_for_model(model)
    return {
        "progress": get_progress([translation])[translation.pk],
        "state": get_state(row),
        "is_live": getattr(row, "live", getattr(row, "is_translated", True)),
        "accept_url": reverse("accept_texts", args=[kind.pk, row.pk]),
    }


@register.simple_tag
def get_closing_pages(page: Page) -> list[Page]:
    """Translations, originals and what is above them, that close this page. No query but one
    where nothing is private."""
    if not page.pk:
        return []
    holding = get_restrictions(page).select_related("page__locale")
    return [one.page for one in holding if not page.path.startswith(one.page.path)]
