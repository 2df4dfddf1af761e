"""The list of requests."""

from collections import Counter
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from treatment_forms import languages
from treatment_forms.desk import access
from treatment_forms.desk.grants import get_titles
from treatment_forms.desk.mails import summarise
from treatment_forms.models import Alarm, Submission
from treatment_forms.models.labels import name_topics
from treatment_forms.states import State

MISHEARD = str.maketrans("OIL", "011")  # letters that no reference holds


class RequestFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=State.choices)
    form_key = django_filters.ChoiceFilter(label=_("Form"))
    language_code = django_filters.ChoiceFilter(label=_("Language"))
    is_test = django_filters.BooleanFilter(label=_("Test request"))

    class Meta:
        model = Submission
        fields = ["status", "form_key", "language_code", "is_test"]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        visible = access.get_visible(request.user)
        self.filters["form_key"].extra["choices"] = list_forms(visible)
        self.filters["language_code"].extra["choices"] = list_languages(visible)


def list_forms(visible: QuerySet[Submission]) -> list[tuple[str, str]]:
    """One entry for each form, however many languages its requests came in."""
    titles = get_titles()
    named = {
        str(key): titles.get(str(key), title) for key, title in access.get_named_forms(visible)
    }
    return sorted(named.items(), key=lambda one: one[1])


def list_languages(visible: QuerySet[Submission]) -> list[tuple[str, str]]:
    codes = visible.order_by("language_code").values_list("language_code", flat=True).distinct()
    return [(code, languages.get_name(code)) for code in codes]


def show_topic(submission: Any) -> SafeString:
    return format_html("<bdi>{}</bdi>", submission.topic_label)


def show_form(submission: Any) -> SafeString:
    return format_html("<bdi>{}</bdi>", submission.form_label)


def show_language(submission: Submission) -> str:
    return languages.get_name(submission.language_code)


def show_files(submission: Submission) -> SafeString:
    """How many files in which state, like "3 Clean, 1 Being checked"."""
    states = Counter(file.get_verdict_display() for file in submission.attachments.all())
    return format_html_join(", ", "{} {}", ((count, state) for state, count in states.items()))


def show_mails(submission: Submission) -> Promise | str:
    """Whether they arrived; nobody is told of what looks like spam."""
    return "" if submission.status == State.SPAM else summarise(submission.deliveries.all())


def show_mark(submission: Submission) -> Promise | str:
    if submission.alarms.all():
        return _("Alarm")
    return _("Test") if submission.is_test else ""


def read_reference(heard: str) -> str:
    """A reference, or its beginning, as people write down what they hear on the telephone."""
    letters = "".join(char for char in heard.upper().translate(MISHEARD) if char.isalnum())
    digits = letters.removeprefix("TR")
    return "-".join(part for part in (digits[:4], digits[4:]) if part)


class RequestList(BaseListingView):
    """Requests that the user may read, the newest first. Eleven queries, whatever the number.

    Suspected spam is among them only when it is asked for, by its state or by its reference.
    """

    model = Submission
    page_title = _("Requests")
    header_icon = "mail"
    verbose_name_plural = _("requests")
    index_url_name = "treatment_forms_desk:list"
    index_results_url_name = "treatment_forms_desk:list_results"
    template_name = "treatment_forms/desk/list.html"
    filterset_class = RequestFilterSet
    is_searchable = True
    search_backend_name = None
    search_fields = ["reference"]
    default_ordering = "-received_at"
    paginate_by = 50
    columns = [
        TitleColumn(
            "reference",
            label=_("Reference"),
            url_name="treatment_forms_desk:request",
            id_accessor="reference",
            classname="w-whitespace-nowrap",
        ),
        StatusTagColumn(
            "status",
            label=_("Status"),
            accessor="get_status_display",
            primary=lambda one: one.status == State.RECEIVED,
        ),
        Column("mark", label="", accessor=show_mark),
        Column("about", label=_("About"), accessor=show_topic),
        Column("form_title", label=_("Form"), accessor=show_form),
        Column("language_code", label=_("Language"), accessor=show_language),
        Column("files", label=_("Files"), accessor=show_files),
        Column("mails", label=_("Mail"), accessor=show_mails),
        DateColumn("received_at", label=_("Received"), sort_key="received_at"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.require_member(request.user)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_base_queryset(self) -> QuerySet[Submission]:
        alarms = Prefetch("alarms", Alarm.objects.filter(cleared_at=None))
        return (
            access.get_visible(self.request.user)
            .defer("sealed_answers")
            .prefetch_related("attachments", "deliveries", alarms)
        )

    def filter_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        rows: QuerySet[Submission] = super().filter_queryset(queryset)
        is_asked_for = self.search_query or self.request.GET.get("status") in State.values
        return rows if is_asked_for else rows.exclude(status=State.SPAM)

    def search_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        if not self.search_query:
            return queryset
        heard = read_reference(self.search_query)
        return queryset.filter(reference__contains=heard) if heard else queryset.none()

    def paginate_queryset(self, queryset: QuerySet[Submission], page_size: int) -> Any:
        found = super().paginate_queryset(queryset, page_size)
        topics, titles = name_topics(found[2]), get_titles()
        for one in found[2]:
            one.topic_label = topics[one.pk]
            one.form_label = titles.get(str(one.form_key), one.form_title)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        held = access.get_visible(user).filter(status=State.SPAM)
        return {
            **context,
            "alarms": access.get_alarms(user),
            "spam_count": held.count(),
            "may_export": access.may_export(user),
        }
