"""Reports, Languages: how far each language of the site is."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.checklist import get_cards


class LanguagesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    any_permission_required = ["add", "change", "publish"]
    page_title = _("Languages")
    header_icon = "globe"
    template_name = "home/reports/languages.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.permission_policy = policy_registry.get_by_type(Page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "cards": get_cards()}


@hooks.register("register_admin_urls")
def register_languages() -> list[URLPattern]:
    return [path("reports/languages/", LanguagesView.as_view(), name="languages")]


class LanguagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        may: bool = policy_registry.get_by_type(Page).user_has_any_permission(
            request.user, LanguagesView.any_permission_required
        )
        return may


@hooks.register("register_reports_menu_item")
def register_languages_menu_item() -> MenuItem:
    return LanguagesMenuItem(
        LanguagesView.page_title,
        reverse("languages"),
        name="languages",
        icon_name="globe",
        order=90,
    )
