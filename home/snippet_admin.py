"""The site's snippets in the admin, and the log of published disclaimers."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Disclaimer, DisclaimerVersion, SiteTexts


class DisclaimerViewSet(SnippetViewSet):
    model = Disclaimer
    icon = "warning"
    list_display = [
        "__str__",
        LocaleColumn(),
        Column("version", label=_("Version")),
        Column("approved_by", label=_("Approved by")),
        DateColumn("approved_at", label=_("Approved at")),
        Column("approval_is_demo", label=_("Demo approval")),
    ]
    list_filter = ["locale"]
    search_fields = ["key", "heading"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "key",
        "heading",
        "body",
        "version",
        "checksum",
        "approved_by",
        "approved_at",
        "approval_is_demo",
    ]


class SiteTextsViewSet(SnippetViewSet):
    model = SiteTexts
    icon = "globe"
    list_display = ["__str__", LocaleColumn(), "tagline"]
    copy_view_enabled = False


register_snippet(DisclaimerViewSet)
register_snippet(SiteTextsViewSet)


class DisclaimerLogView(ReportView):
    """What readers were shown, and when: rows are only ever added."""

    model = DisclaimerVersion
    permission_policy = ModelPermissionPolicy(Disclaimer)
    any_permission_required = ["view", "change", "publish"]
    page_title = _("Published disclaimers")
    header_icon = "warning"
    index_url_name = "disclaimer_log"
    index_results_url_name = "disclaimer_log_results"
    default_ordering = "-published_at"
    columns = [
        Column("disclaimer_key", label=_("Key")),
        Column("language_code", label=_("Language")),
        Column("version", label=_("Version")),
        Column("heading", label=_("Heading")),
        Column("body", label=_("Text")),
        DateColumn("published_at", label=_("Published at")),
        Column("approved_by", label=_("Approved by")),
    ]
    list_export = [
        *("disclaimer_key", "language_code", "version", "heading", "body", "checksum"),
        *("published_at", "approved_by"),
    ]

    def get_queryset(self) -> Any:
        return DisclaimerVersion.objects.all()


@hooks.register("register_admin_urls")
def register_log() -> list[URLPattern]:
    results = DisclaimerLogView.as_view(results_only=True)
    return [
        path("reports/disclaimers/", DisclaimerLogView.as_view(), name="disclaimer_log"),
        path("reports/disclaimers/results/", results, name="disclaimer_log_results"),
    ]


class DisclaimerLogMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        policy = DisclaimerLogView.permission_policy
        may: bool = policy.user_has_any_permission(
            request.user, DisclaimerLogView.any_permission_required
        )
        return may


@hooks.register("register_reports_menu_item")
def register_log_menu_item() -> MenuItem:
    return DisclaimerLogMenuItem(
        DisclaimerLogView.page_title,
        reverse("disclaimer_log"),
        name="disclaimer-log",
        icon_name="warning",
        order=110,
    )
