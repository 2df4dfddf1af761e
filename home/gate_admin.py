"""The publishing gate in the admin: hooks, imported by `wagtail_hooks`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.actions.registry import ActionRegistry
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.middleware import tell
from home.models import Disclaimer, TranslatedSnippet
from home.publishing import InUse
from home.publishing.actions import AtomicPublish
from home.publishing.bulk import GatedPublishBulkAction
from home.publishing.report import RefusedPagesView
from home.publishing.translations import GatedUpdateTranslationsView

AFTER_WAGTAIL = 1  # the last one registered under a name wins

hooks.register("register_bulk_action", GatedPublishBulkAction, order=AFTER_WAGTAIL)


@hooks.register("register_actions")
def register_actions(registry: ActionRegistry) -> None:
    registry.register(Page, AtomicPublish)


@hooks.register("register_admin_urls", order=-1)  # before wagtail-localize's view of this address
def register_urls() -> list[URLPattern]:
    return [
        path("reports/refused/", RefusedPagesView.as_view(), name="refused_pages"),
        path(
            "reports/refused/results/",
            RefusedPagesView.as_view(results_only=True),
            name="refused_pages_results",
        ),
        path("localize/update/<int:translation_source_id>/", GatedUpdateTranslationsView.as_view()),
        path("localize/page/<int:page_id>/convert_to_alias/", refuse_alias),
    ]


def refuse_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """wagtail-localize would put the original's text, live, in place of the translation."""
    message = _("This page is a translation. It cannot become a copy of its original.")
    messages.error(request, message)
    return redirect("wagtailadmin_pages:edit", page_id)


class RefusedPagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        may: bool = policy_registry.get_by_type(Page).user_has_any_permission(
            request.user, RefusedPagesView.any_permission_required
        )
        return may


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return RefusedPagesMenuItem(
        RefusedPagesView.page_title,
        reverse("refused_pages"),
        name="refused-pages",
        icon_name="warning",
        order=100,
    )


def keep_in_use(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Tell who takes away what readers see before they confirm, with links to its pages."""
    for instance in instances:
        refusal = get_refusal(instance)
        if refusal is not None:
            tell(request, refusal)
            edit_url = AdminURLFinder(request.user).get_edit_url(instance)
            return redirect(edit_url or "wagtailadmin_home")
    return None


def get_refusal(instance: Any) -> InUse | None:
    if isinstance(instance, TranslatedSnippet):
        return instance.get_refusal_to_delete()
    if isinstance(instance, Disclaimer) and instance.live:
        return instance.get_refusal_to_withdraw()
    return None


@hooks.register("before_delete_snippet")
def before_delete(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    return keep_in_use(request, instances)


@hooks.register("before_unpublish")
def before_unpublish(request: HttpRequest, instance: Any) -> HttpResponse | None:
    return keep_in_use(request, [instance])
