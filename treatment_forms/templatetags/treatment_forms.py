"""`{% treatment_form form_page source=page %}`: the block with the form, on any page."""

from typing import Any

from django import template
from django.db.models import QuerySet
from wagtail.models import Page

from treatment_forms.models import TreatmentFormPage
from treatment_forms.models.standing import may_be_shown
from treatment_forms.privacy import public
from treatment_forms.views import make_form

register = template.Library()


@register.inclusion_tag("treatment_forms/block.html", takes_context=True)
def treatment_form(
    context: dict[str, Any], form_page: Page | None, source: Page | None = None
) -> dict[str, Any]:
    """Nothing for what is no form, or a form that not everybody may see or nobody approved.

    Costs what the form costs, and two queries to look the page up.

    Args:
        form_page: any page, also a bare `Page`; its translation is taken where there is one.
        source: where the block stands; kept with the request, and chosen in a list of pages.
    """
    shown = find_form(form_page)
    form = make_form(shown, source if source and source.pk else None) if shown else None
    return {"form_page": shown, "form": form, "request": context.get("request")}


def find_form(page: Page | None) -> TreatmentFormPage | None:
    if not page:
        return None
    forms: QuerySet[TreatmentFormPage] = public(TreatmentFormPage.objects.live())
    form = forms.filter(pk=page.localized.pk).select_related("locale").first()
    return form if form and may_be_shown(form, form.form_class.spec.rows) else None
