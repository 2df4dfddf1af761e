"""The desk's places in the Wagtail admin. Importing this module registers them."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from treatment_forms.desk import access
from treatment_forms.desk.grants import FormAccessViewSet


class RequestsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_member(request.user)


class AlarmsPanel(Component):
    """What must not wait, on the first page that staff see."""

    order = 50
    template_name = "treatment_forms/desk/alarms.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"alarms": access.get_alarms(self.request.user), "request": self.request}


def register_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("requests/", include("treatment_forms.desk.urls"))]


def register_menu_item() -> MenuItem:
    url = reverse("treatment_forms_desk:list")
    return RequestsMenuItem(_("Requests"), url, name="requests", icon_name="mail", order=150)


def add_alarms(request: HttpRequest, panels: list[Component]) -> None:
    if access.get_alarms(request.user).exists():
        panels.append(AlarmsPanel(request))


def register_grants() -> FormAccessViewSet:
    return FormAccessViewSet("treatment_forms_access")


hooks.register("register_admin_urls", register_admin_urls)
hooks.register("register_admin_menu_item", register_menu_item)
hooks.register("construct_homepage_panels", add_alarms)
hooks.register("register_admin_viewset", register_grants)
