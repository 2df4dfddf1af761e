"""Articles in the admin: what they are sorted by, who stands behind them, and what grew old."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import DateColumn, LocaleColumn
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from articles.models import Category, PageReview, Person, Specialty
from articles.reports import StaleFactsView


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "tag"
    list_display = ["name", "slug", LocaleColumn()]
    list_filter = ["locale"]


class SpecialtyViewSet(SnippetViewSet):
    model = Specialty
    icon = "pick"
    list_display = ["name", "slug", LocaleColumn()]
    list_filter = ["locale"]


class PersonViewSet(SnippetViewSet):
    model = Person
    icon = "user"
    list_display = ["name", "qualification", LocaleColumn()]
    list_filter = ["locale"]


class ReviewCreateView(CreateView):
    def get_initial_form_instance(self) -> Any:
        """Begin with the page whose editor led here."""
        asked = self.request.GET.get("page", "")
        page = Page.objects.filter(pk=asked).first() if asked.isdecimal() else None
        return self.model(page=page)


class PageReviewViewSet(SnippetViewSet):
    model = PageReview
    icon = "clipboard-list"
    add_view_class = ReviewCreateView
    list_display = ["page", "reviewer", DateColumn("reviewed_on", label=_("Reviewed on"))]
    list_filter = ["reviewer", "reviewed_on"]
    copy_view_enabled = False


for viewset in (CategoryViewSet, SpecialtyViewSet, PersonViewSet, PageReviewViewSet):
    register_snippet(viewset)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    results = StaleFactsView.as_view(results_only=True)
    return [
        path("reports/stale-facts/", StaleFactsView.as_view(), name="stale_facts"),
        path("reports/stale-facts/results/", results, name="stale_facts_results"),
    ]


class StaleFactsMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        policy = policy_registry.get_by_type(Page)
        may: bool = policy.user_has_any_permission(
            request.user, StaleFactsView.any_permission_required
        )
        return may


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return StaleFactsMenuItem(
        StaleFactsView.page_title,
        reverse("stale_facts"),
        name="stale-facts",
        icon_name="calendar-alt",
        order=120,
    )
