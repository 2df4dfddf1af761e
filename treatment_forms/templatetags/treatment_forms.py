"""`{% treatment_form form_page source=page %}`: the block with the form, on any page."""

from typing import Any

from django import template
from wagtail.models import Page

from treatment_forms.models import TreatmentFormPage
from treatment_forms.models.standing import find_shown
from treatment_forms.views import make_form

register = template.Library()


@register.inclusion_tag("treatment_forms/block.html", takes_context=True)
def treatment_form(
    context: dict[str, Any], form_page: Page | None, source: Page | None = None
) -> dict[str, Any]:
    """Nothing for what is no form, or a form that not everybody may see or nobody approved.

    Costs what the form costs, and two queries to look the page up where `standing.find_shown` has
    not found it before.

    Args:
        form_page: any page, also a bare `Page`; its translation is taken where there is one.
        source: where the block stands; kept with the request, and chosen in a list of pages.
    """
    shown = find_form(form_page)
    form = make_form(shown, source if source and source.pk else None) if shown else None
    return {"form_page": shown, "form": form, "request": context.get("request")}


def find_form(page: Page | None) -> TreatmentFormPage | None:
    if isinstance(page, TreatmentFormPage) and page.is_found_shown:
        return page
    return find_shown(page.localized.pk) if page else None
