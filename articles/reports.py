"""Reports for editors."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from articles.models import ClinicPage


@dataclass
class Row:
    """A live clinic and the facts that readers are no longer shown."""

    page: ClinicPage
    facts: list[str]

    @property
    def title(self) -> str:
        return str(self.page.title)

    @property
    def facts_text(self) -> str:
        return "; ".join(self.facts)


class Facts(Column):
    def get_value(self, instance: Row) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", ([fact] for fact in instance.facts))


class StaleFactsView(ReportView):
    """Reports, Facts out of date."""

    page_title = _("Facts out of date")
    header_icon = "calendar-alt"
    index_url_name = "stale_facts"
    index_results_url_name = "stale_facts_results"
    model = ClinicPage
    any_permission_required = ["add", "change", "publish"]
    columns = [
        TitleColumn(
            "title",
            label=_("Title"),
            get_url=lambda row: reverse("wagtailadmin_pages:edit", args=(row.page.pk,)),
        ),
        Facts("facts", label=_("Not shown any more")),
    ]
    list_export = ["title", "facts_text"]
    export_headings = {"title": _("Title"), "facts_text": _("Not shown any more")}

    def get_queryset(self) -> list[Row]:
        policy = policy_registry.get_by_type(Page)
        editable = policy.instances_user_has_permission_for(self.request.user, "change")
        clinics: Any = ClinicPage.objects.live().filter(pk__in=editable.order_by().values("pk"))
        rows = [Row(clinic, clinic.stale_facts) for clinic in clinics.order_by("title")]
        return [row for row in rows if row.facts]
