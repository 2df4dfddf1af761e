"""Every page in every language: what is there, how far it is, and where to go next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from home.models import TranslationRecord
from home.translations.progress import Progress, get_progress

Place = tuple[Any, int]


class State(models.TextChoices):
    MISSING = "missing", _("Missing")
    IN_PROGRESS = "in_progress", _("In progress")
    READY = "ready", _("Ready to publish")
    PUBLISHED = "published", _("Published")
    STALE = "stale", _("Published, but stale")


@dataclass(frozen=True)
class Cell:
    """One page in one language. `per_cent` is None where nobody counts: written by hand."""

    locale: Locale
    state: State
    per_cent: int | None = None
    url: str = ""
    page: Page | None = None
    translation: Translation | None = None

    @property
    def text(self) -> str:
        shows_progress = self.state in (State.IN_PROGRESS, State.STALE)
        if shows_progress and self.per_cent is not None:
            return f"{self.state.label} ({self.per_cent} %)"
        return str(self.state.label)


@dataclass(frozen=True)
class Row:
    """One page, in the language it is written in, and its cells by language code."""

    page: Page
    cells: dict[str, Cell]

    @property
    def title(self) -> str:
        return str(self.page.get_admin_display_title())

    @property
    def page_type(self) -> str:
        model = self.page.specific_class or Page
        return str(model.get_verbose_name())


class Rows(Sequence[Row]):
    """The rows of these pages, made only for the slice that is shown. Nine queries a slice."""

    def __init__(self, pages: "QuerySet[Page]", locales: Sequence[Locale], user: Any) -> None:
        self.pages, self.locales, self.user = pages, locales, user

    def __len__(self) -> int:
        return self.pages.count()

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        found = self.pages[index]
        if isinstance(found, Page):
            return make_rows([found], self.locales, self.user)[0]
        return make_rows(list(found), self.locales, self.user)

    def __iter__(self) -> Iterator[Row]:
        return iter(self[0:])


def get_targets() -> list[Locale]:
    """The languages that pages are translated into."""
    own = Locale.get_default()
    return [locale for locale in Locale.objects.order_by("pk") if locale != own]


def make_rows(pages: Sequence[Page], locales: Sequence[Locale], user: Any) -> list[Row]:
    facts = Facts([page.translation_key for page in pages], user)
    return [
        Row(page, {locale.language_code: facts.get_cell(page, locale) for locale in locales})
        for page in pages
    ]


class Facts:
    """What is known of the translations of some pages, asked for all of them together."""

    def __init__(self, keys: Iterable[Any], user: Any) -> None:
        keys = list(keys)
        self.may_submit = user.has_perm("wagtail_localize.submit_translation")
        pages = Page.objects.filter(translation_key__in=keys, alias_of=None)
        self.pages: dict[Place, Page] = {place(page): page for page in pages}
        self.stale = {
            place(record)
            for record in TranslationRecord.objects.filter(translation_key__in=keys, is_stale=True)
        }
        jobs = Translation.objects.filter(source__object_id__in=keys, enabled=True)
        self.jobs: dict[Place, Translation] = {
            (job.source.object_id, job.target_locale_id): job
            for job in jobs.select_related("source")
        }
        self.progress = get_progress(self.jobs.values())
        self.editable = get_editable(self.pages.values(), user)

    def get_cell(self, page: Page, locale: Locale) -> Cell:
        where = page.translation_key, locale.pk
        there = self.pages.get(where)
        if there is None:
            return Cell(locale, State.MISSING, url=self.get_submit_url(page, locale))
        job = self.jobs.get(where)
        progress = self.progress[job.pk] if job is not None else None
        return Cell(
            locale,
            get_state(there, where in self.stale, progress),
            progress.per_cent if progress is not None else None,
            url=self.get_edit_url(there),
            page=there,
            translation=job,
        )

    def get_submit_url(self, page: Page, locale: Locale) -> str:
        if not self.may_submit:
            return ""
        asked = urlencode({"select_locale": locale.language_code})
        return f"{reverse('wagtail_localize:submit_page_translation', args=[page.pk])}?{asked}"

    def get_edit_url(self, page: Page) -> str:
        if page.pk not in self.editable:
            return ""
        return reverse("wagtailadmin_pages:edit", args=[page.pk])


def get_state(page: Page, is_stale: bool, progress: Progress | None) -> State:
    if page.live:
        return State.STALE if is_stale else State.PUBLISHED
    is_ready = progress is not None and progress.is_complete
    return State.READY if is_ready else State.IN_PROGRESS


def get_editable(pages: Iterable[Page], user: Any) -> set[int]:
    from wagtail.permissions import policy_registry

    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    pks = [page.pk for page in pages]
    return set(editable.filter(pk__in=pks).order_by().values_list("pk", flat=True))


def place(row: Any) -> Place:
    return row.translation_key, row.locale_id
