"""News: the section and its articles."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.panels import TabbedInterface as Tabs
from wagtail.fields import StreamField
from wagtail.search import index

from articles.blocks import CorrectionBlock, SourceBlock
from articles.models.base import ArticlePage
from articles.models.corrections import correction_problems
from articles.models.snippets import Category
from articles.panels import ReviewsPanel
from articles.schema_org import news_article
from home.cards import Card, Link, make_cards, readable_pages
from home.models import SitePage
from home.paging import paginate
from home.privacy import public
from home.publishing import Problem, visible
from home.rows import in_language_of
from home.translatable import same, twins, words

NEWS_PER_PAGE = 12
RELATED = 3


class NewsIndexPage(SitePage):
    """The list of news, whole or of one category."""

    lead = models.TextField(_("introduction"), blank=True)

    section_kind = "news"
    content_panels = [*SitePage.content_panels, FieldPanel("lead")]
    search_fields = [*SitePage.search_fields, index.SearchField("lead")]
    translatable_fields = [*SitePage.translatable_fields, *words("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["articles.NewsPage"]
    template = "articles/news_index_page.html"

    class Meta:
        verbose_name = _("news section")
        verbose_name_plural = _("news sections")

    @property
    def card_text(self) -> str:
        return self.search_description or self.lead

    def get_listed(self) -> "QuerySet[NewsPage]":
        listed: QuerySet[NewsPage] = (
            public(NewsPage.objects.child_of(self).live())
            .select_related("category", "locale")
            .order_by("-display_date", "-first_published_at", "-pk")
        )
        return listed

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        slug = request.GET.get("category", "")
        categories = list(Category.shown_in(self.locale_id))
        category = next((c for c in categories if c.slug == slug), None)
        listed = self.get_listed()
        if category:
            listed = listed.filter(category__translation_key=category.translation_key)
        elif slug:
            listed = listed.none()  # an unknown category has no news, and is not "all"
        paging = paginate(listed, request, NEWS_PER_PAGE)
        url = self.get_url(request) or ""
        return {
            **context,
            **paging.get_context(),
            "cards": make_cards(visible(paging.pages), request),
            "category": category,
            "categories": [
                Link(c.name, f"{url}?category={c.slug}", c.slug == slug) for c in categories
            ],
        }


class NewsPage(ArticlePage):
    """One article."""

    category = models.ForeignKey(
        "articles.Category",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
    )
    display_date = models.DateField(
        _("date"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Shown to readers. Empty: the day it is first published."),
    )
    sources = StreamField(
        [("source", SourceBlock())],
        blank=True,
        verbose_name=_("sources"),
        help_text=_("News needs at least one."),
    )
    corrections = StreamField(
        [("correction", CorrectionBlock())],
        blank=True,
        verbose_name=_("corrections"),
        help_text=_("Once published, a correction stays."),
    )
    change_note = models.TextField(
        _("what changed"),
        blank=True,
        help_text=_("For a change of substance: what is new since the first publication."),
    )
    changed_on = models.DateField(_("changed on"), null=True, blank=True)

    edit_handler = Tabs(
        [
            ObjectList(
                [
                    *SitePage.content_panels,
                    FieldPanel("lead"),
                    FieldPanel("category"),
                    FieldPanel("display_date"),
                    FieldPanel("hero"),
                    FieldPanel("body"),
                    FieldPanel("sources"),
                ],
                heading=_("Article"),
            ),
            ObjectList(
                [
                    InlinePanel("authors", heading=_("Authors"), label=_("Author")),
                    ReviewsPanel(heading=_("Medical reviews")),
                    FieldPanel("corrections"),
                    MultiFieldPanel(
                        [FieldPanel("change_note"), FieldPanel("changed_on")],
                        heading=_("Change of substance"),
                    ),
                ],
                heading=_("People and changes"),
            ),
            ObjectList(
                [
                    InlinePanel("related_clinics", heading=_("Clinics"), label=_("Clinic")),
                    InlinePanel("specialties", heading=_("Specialties"), label=_("Specialty")),
                    MultiFieldPanel(ArticlePage.request_panels, heading=_("Request form")),
                ],
                heading=_("Clinics and form"),
            ),
            ObjectList(SitePage.promote_panels, heading=_("Search and sharing")),
            ObjectList(SitePage.settings_panels, heading=_("Publishing")),
        ]
    )
    search_fields = [
        *ArticlePage.search_fields,
        index.FilterField("display_date"),
        index.FilterField("category_id"),
    ]
    translatable_fields = [
        *ArticlePage.translatable_fields,
        *words("sources", "corrections", "change_note"),
        *twins("category"),
        *same("display_date", "changed_on", "authors", "related_clinics", "specialties"),
    ]
    parent_page_types = ["articles.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "articles/news_page.html"
    og_type = "article"
    gate_relations = ["published_corrections"]

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")

    @property
    def published_on(self) -> date:
        """The day readers see: the editor's, or that of the first publication."""
        if self.display_date is not None:
            return self.display_date
        return timezone.localdate(self.first_published_at)

    @property
    def card_date(self) -> date:
        return self.published_on

    @property
    def card_label(self) -> str:
        category = self.get_category()
        return category.name if category else ""

    def get_category(self) -> Category | None:
        """The category with its label in the page's language."""
        return in_language_of(self, [self.category])[0] if self.category else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.live and self.first_published_at and kwargs.get("update_fields") is None:
            self.display_date = self.published_on
        super().save(*args, **kwargs)

    def publishing_problems(self) -> list[Problem]:
        found = super().publishing_problems()
        if self.category_id is None:
            found.append(Problem("category", "category_missing", _("Choose a category.")))
        if not self.sources:
            message = _("Name at least one source.")
            found.append(Problem("sources", "source_missing", message))
        if self.change_note and self.changed_on is None:
            message = _("Give the day of the change.")
            found.append(Problem("changed_on", "change_undated", message))
        return [*found, *correction_problems(self)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        clinics = self.get_clinics()
        category = self.get_category()
        return {
            **context,
            "category": self.get_category_link(category, request) if category else None,
            "published_on": self.published_on,
            "changed_on": self.changed_on if self.change_note else None,
            "sources": [child.value for child in self.sources],
            "corrections": [child.value for child in self.corrections],
            "authors": self.shown_authors,
            "review": self.shown_review,
            "clinics": make_cards(clinics, request),
            "specialties": [str(s) for s in self.get_related("specialties", "specialty")],
            "related": self.get_related_news(request),
            "partner_note": self.get_partner_note(clinics),
        }

    @cached_property
    def shown_authors(self) -> list[Any]:
        return self.get_related("authors", "person", "portrait")

    def get_clinics(self) -> list[Any]:
        chosen = [row.clinic for row in self.related_clinics.select_related("clinic")]
        return readable_pages(chosen, self) if chosen else []

    def get_category_link(self, category: Category, request: HttpRequest) -> Link:
        """Without an address where the section itself is no page that readers can open."""
        section = next((p for p in self.shown_ancestors if p.depth == self.depth - 1), None)
        url = section.get_url(request) if section else None
        return Link(category.name, f"{url}?category={category.slug}" if url else "")

    def get_related_news(self, request: HttpRequest) -> list[Card]:
        """The newest others of the same category."""
        if self.category is None:
            return []
        others = (
            public(NewsPage.objects.live())
            .filter(
                category__translation_key=self.category.translation_key, locale_id=self.locale_id
            )
            .exclude(pk=self.pk)
            .order_by("-display_date", "-first_published_at", "-pk")
        )
        shown = visible(others[: RELATED + 1], self.known_disclaimers)[:RELATED]
        for page in shown:
            page.category, page.locale = self.category, self.locale
        return make_cards(shown, request)

    def get_json_ld(self) -> dict[str, Any]:
        return news_article(self)
