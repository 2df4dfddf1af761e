"""Form pages for tests, below whatever page the site begins with."""

from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import Page, Site

from treatment_forms.models import (
    TreatmentFormField,
    TreatmentFormPage,
    approve_consents,
    default_fields,
)

RECIPIENT = "coordinator@example.org"


def get_root() -> Page:
    return Site.objects.get(is_default_site=True).root_page


def add_page(parent: Page, page: Page) -> Any:
    parent.add_child(instance=page)
    return type(page).objects.get(pk=page.pk)


def make_section(*titles: str) -> Page:
    """A page with children to choose from: clinics, for all the plugin knows."""
    section = add_page(get_root(), Page(title="Clinics", slug="our-clinics"))
    for title in titles:
        section.add_child(instance=Page(title=title))
    return Page.objects.get(pk=section.pk)


def make_form_page(*fields: TreatmentFormField, **attributes: Any) -> TreatmentFormPage:
    """A live form with the given fields, or with the usual ones."""
    attributes = {"title": "Request", "slug": "ask", "recipients": RECIPIENT, **attributes}
    page = TreatmentFormPage(**attributes)
    page.fields = list(fields) or default_fields()
    approve_consents(page, by=get_approver())
    return add_page(get_root(), page)


def say_otherwise(page: TreatmentFormPage, mark: str) -> None:
    """The words that a new page begins with, as a translator would leave none of them."""
    for name in ("pitch_heading", "pitch", "button_label", "form_intro", "upload_error_help"):
        setattr(page, name, f"{mark} {getattr(page, name)}")
    for name in ("answer_time", "emergency_note"):
        setattr(page, name, f"{mark} {getattr(page, name)}")


def get_approver() -> Any:
    """Who stands behind the consents of these forms."""
    return get_user_model().objects.get_or_create(username="approver")[0]


def make_field(kind: str, key: str, **attributes: Any) -> TreatmentFormField:
    return TreatmentFormField(
        **{"field_type": kind, "clean_name": key, "label": key.capitalize(), **attributes}
    )
