"""The report of pages that would be refused, live ones first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from home import request_forms
from home.models import SiteImage, SitePage
from home.publishing.disclaimers import Disclaimers
from home.publishing.gate import disclaimer_problems
from home.publishing.images import get_forbidden_images, problem_with
from home.publishing.problem import Problem
from home.publishing.snippets import get_snippet_problems

BATCH = 100


@dataclass
class Row:
    """One page, and what keeps it (or the draft that waits behind it) from being published."""

    page: Any
    problems: list[Problem]
    is_served: bool

    @property
    def title(self) -> str:
        return str(self.page.get_admin_display_title())

    @property
    def page_type(self) -> str:
        return str(self.page.get_verbose_name())

    @property
    def state(self) -> str:
        if self.page.live and not self.is_served:
            return gettext("live, but not served")
        return str(self.page.status_string)

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(str(problem.message) for problem in self.problems))

    @property
    def reasons_text(self) -> str:
        return " ".join(self.reasons)


class Facts:
    """What the rules need to know of all pages together, asked once."""

    def __init__(self) -> None:
        self.disclaimers = Disclaimers.load()
        self.snippet_problems = get_snippet_problems()
        self.image_problems: dict[str, list[Problem]] = defaultdict(list)
        forbidden = get_forbidden_images()
        if forbidden:
            self.find_pages_with(forbidden)

    def find_pages_with(self, forbidden: dict[str, Any]) -> None:
        """From Wagtail's reference index, so that no stream has to be opened."""
        found = ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(SiteImage),
            to_object_id__in=forbidden,
            base_content_type=ContentType.objects.get_for_model(Page),
        ).values_list("object_id", "to_object_id", "content_path")
        for page_pk, image_pk, content_path in found:
            problem = problem_with(forbidden[image_pk], content_path.split(".", 1)[0])
            if problem not in self.image_problems[page_pk]:
                self.image_problems[page_pk].append(problem)


def get_rows(user: Any) -> list[Row]:
    """The pages this user may edit that would be refused, those not served first.

    Costs a few queries for all and two for each batch of a page type, however many pages there
    are, as long as the rules of the page classes only look at the page in hand.
    """
    facts = Facts()
    rows = [row for page in get_pages(user) if (row := judge(page, facts))]
    rows += get_hidden_forms(user)
    rows.sort(key=lambda row: (row.is_served, not row.page.live, row.title.casefold()))
    return rows


def get_pages(user: Any) -> Iterator[Any]:
    policy = policy_registry.get_by_type(Page)
    editable = policy.instances_user_has_permission_for(user, "change").order_by().values("pk")
    for model in apps.get_models():
        if issubclass(model, SitePage):
            pages = model.objects.filter(pk__in=editable, alias_of=None)
            yield from (
                pages.select_related("latest_revision", "locale")
                .prefetch_related(*model.gate_relations)
                .prefetch_workflow_states()
                .annotate_approved_schedule()
                .iterator(chunk_size=BATCH)
            )


def get_hidden_forms(user: Any) -> Iterator[Row]:
    """Live, and shown to nobody until somebody publishes them once more. A query or two."""
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_permission_for(user, "change").filter(alias_of=None)
    forms = request_forms.get_forms(pages.live().order_by())
    for page in forms.filter(pk__in=request_forms.find_hidden(forms)).specific():
        problem = Problem("", "consent_not_approved", request_forms.IS_HIDDEN)
        yield Row(page, [problem], is_served=False)


def judge(page: Any, facts: Facts) -> Row | None:
    standing = disclaimer_problems(page, facts.disclaimers)
    draft = get_draft(page)
    draft.stored_row = page
    problems = [
        *(disclaimer_problems(draft, facts.disclaimers) if draft is not page else standing),
        *facts.snippet_problems.get(str(page.pk), []),
        *facts.image_problems.get(str(page.pk), []),
        *draft.publishing_problems(),
    ]
    if page.live:
        problems = [*standing, *problems]
    return Row(page, problems, is_served=not (page.live and standing)) if problems else None


def get_draft(page: Any) -> Any:
    """What would be published now. Asks nothing of the database, unlike `revision.as_object`."""
    if not page.live or not page.has_unpublished_changes or page.latest_revision is None:
        return page
    draft = type(page).from_serializable_data(page.latest_revision.content, check_fks=False)
    draft.locale = page.locale
    if hasattr(page, "disclaimer_id"):
        draft.disclaimer_id = page.disclaimer_id
    return draft


class Reasons(Column):
    def get_value(self, instance: Row) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", ([reason] for reason in instance.reasons))


class RefusedPagesView(ReportView):
    """Reports, Pages that would be refused."""

    page_title = _("Pages that would be refused")
    header_icon = "warning"
    index_url_name = "refused_pages"
    index_results_url_name = "refused_pages_results"
    model = Page
    any_permission_required = ["add", "change", "publish"]
    columns = [
        TitleColumn(
            "title",
            label=_("Title"),
            get_url=lambda row: reverse("wagtailadmin_pages:edit", args=(row.page.pk,)),
        ),
        Column("state", label=_("Status")),
        Column("page_type", label=_("Type")),
        Reasons("reasons", label=_("What is missing")),
    ]
    list_export = ["title", "state", "page_type", "reasons_text"]
    export_headings = {
        "title": _("Title"),
        "state": _("Status"),
        "page_type": _("Type"),
        "reasons_text": _("What is missing"),
    }

    def get_queryset(self) -> list[Row]:
        return get_rows(self.request.user)
