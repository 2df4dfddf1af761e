"""Reports, Translations: pages by languages."""

from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry

from home.translations.matrix import Row, Rows, State, get_targets

ANY_PERMISSION = ("add", "change", "publish")


class CellColumn(Column):
    """What a language has of a page, leading to where it is translated or submitted."""

    def get_value(self, instance: Row) -> SafeString | str:
        cell = instance.cells[self.name]
        if not cell.url:
            return cell.text
        return format_html('<a href="{}">{}</a>', cell.url, cell.text)


class PublishColumn(Column):
    def get_value(self, instance: Row) -> SafeString | str:
        if not any(cell.page for cell in instance.cells.values()):
            return ""
        url = reverse("publish_languages", args=[instance.page.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Publish languages"))


def get_page_types(request: Any) -> "QuerySet[ContentType]":
    used = Page.objects.filter(depth__gt=1).order_by().values("content_type")
    return ContentType.objects.filter(pk__in=used).order_by("model")


def get_languages() -> list[tuple[str, str]]:
    return [(locale.language_code, locale.get_display_name()) for locale in get_targets()]


def keep(pages: "QuerySet[Page]", name: str, value: str) -> "QuerySet[Page]":
    """Language and state are asked of the rows, which are made later."""
    return pages


class TranslationsFilterSet(WagtailFilterSet):
    content_type = django_filters.ModelChoiceFilter(label=_("Page type"), queryset=get_page_types)
    language = django_filters.ChoiceFilter(label=_("Language"), choices=get_languages, method=keep)
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices, method=keep)

    class Meta:
        model = Page
        fields = ["content_type"]


class TranslationsView(ReportView):
    page_title = _("Translations")
    header_icon = "wagtail-localize-language"
    index_url_name = "translations"
    index_results_url_name = "translations_results"
    filterset_class = TranslationsFilterSet
    model = Page
    any_permission_required = list(ANY_PERMISSION)

    def get_queryset(self) -> "QuerySet[Page]":
        policy = policy_registry.get_by_type(Page)
        allowed = policy.instances_user_has_any_permission_for(self.request.user, ANY_PERMISSION)
        pages: QuerySet[Page] = Page.objects.filter(
            pk__in=allowed.order_by().values("pk"),
            locale=Locale.get_default(),
            alias_of=None,
            depth__gt=1,
        )
        return pages.select_related("content_type", "locale").order_by("title", "pk")

    def filter_queryset(self, queryset: Any) -> Any:
        rows = Rows(super().filter_queryset(queryset), self.locales, self.request.user)
        state = self.asked.get("state")
        if not state:
            return rows
        return [row for row in rows if any(cell.state == state for cell in row.cells.values())]

    @cached_property
    def asked(self) -> dict[str, Any]:
        form = self.filters.form
        return dict(form.cleaned_data) if form.is_valid() else {}

    @cached_property
    def locales(self) -> list[Locale]:
        asked = self.asked.get("language")
        return [one for one in get_targets() if not asked or one.language_code == asked]

    @cached_property
    def columns(self) -> list[Column]:
        languages = [
            CellColumn(locale.language_code, label=locale.get_display_name())
            for locale in self.locales
        ]
        return [
            TitleColumn("title", label=_("Title"), get_url=get_page_url),
            Column("page_type", label=_("Type")),
            *languages,
            PublishColumn("publish", label=_("At one moment")),
        ]

    @property
    def list_export(self) -> list[str]:
        return ["title", "page_type", *(f"cells.{one.language_code}.text" for one in self.locales)]

    @property
    def export_headings(self) -> dict[str, Any]:
        languages = {
            f"cells.{one.language_code}.text": one.get_display_name() for one in self.locales
        }
        return {"title": _("Title"), "page_type": _("Type"), **languages}


def get_page_url(row: Row) -> str:
    return reverse("wagtailadmin_pages:edit", args=[row.page.pk])
