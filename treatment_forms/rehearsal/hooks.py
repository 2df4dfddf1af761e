"""The editors' "Send a test request" in the Wagtail admin. Importing this registers it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from treatment_forms.models import TreatmentFormPage
from treatment_forms.rehearsal.views import RehearsalView


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    view = RehearsalView.as_view()
    return [path("request-forms/<int:page_id>/test/", view, name="treatment_forms_test")]


@hooks.register("register_page_header_buttons")
def add_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Any]:
    is_form = isinstance(page.specific_deferred, TreatmentFormPage)
    if is_form and page.permissions_for_user(user).can_edit():
        url = reverse("treatment_forms_test", args=[page.pk])
        yield Button(_("Send a test request"), url=url, icon_name="mail", priority=80)
