"""Translations in the admin: hooks, imported by `wagtail_hooks`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page, TranslatableMixin
from wagtail.permissions import policy_registry

from home.translations import strings, views
from home.translations.report import TranslationsView

BEFORE_LOCALIZE = -1
STRINGS = "localize/translate/<int:translation_id>/strings/<int:string_segment_id>/edit/"
OVERRIDES = "localize/translate/<int:translation_id>/overrides/<int:overridable_segment_id>/edit/"


@hooks.register("register_admin_urls", order=BEFORE_LOCALIZE)
def register_urls() -> list[URLPattern]:
    return [
        path(STRINGS, strings.StringView.as_view()),
        path(OVERRIDES, strings.OverrideView.as_view()),
        path("localize/translate/<int:translation_id>/pofile/upload/", views.upload_po),
        path("localize/translate/<int:translation_id>/machine_translate/", views.machine_translate),
        path("translations/", TranslationsView.as_view(), name="translations"),
        path(
            "translations/results/",
            TranslationsView.as_view(results_only=True),
            name="translations_results",
        ),
        path(
            "translations/accept/<int:content_type_id>/<str:pk>/",
            views.accept_texts,
            name="accept_texts",
        ),
        path(
            "translations/publish/<int:page_id>/",
            views.publish_languages_of,
            name="publish_languages",
        ),
    ]


@hooks.register("before_edit_page", order=BEFORE_LOCALIZE)
def before_edit_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return views.edit_translation(request, page)


@hooks.register("before_edit_snippet", order=BEFORE_LOCALIZE)
def before_edit_snippet(request: HttpRequest, row: Any) -> HttpResponse | None:
    if not isinstance(row, TranslatableMixin):
        return None
    return views.edit_translation(request, row)


class TranslationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        may: bool = policy_registry.get_by_type(Page).user_has_any_permission(
            request.user, TranslationsView.any_permission_required
        )
        return may


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return TranslationsMenuItem(
        TranslationsView.page_title,
        reverse("translations"),
        name="translations-by-language",
        icon_name="wagtail-localize-language",
        order=130,
    )


@hooks.register("construct_reports_menu")
def leave_out_the_list(request: HttpRequest, items: list[MenuItem]) -> None:
    """Localize's list says the same of each translation alone, under the same name."""
    items[:] = [
        item for item in items if item.url != reverse("wagtail_localize:translations_report")
    ]
