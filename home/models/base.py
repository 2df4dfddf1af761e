"""What every page of this site has in common."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Locale, Page, Site

from home.cards import Link
from home.meta import PageMeta, make_meta
from home.pictures import missing_alts
from home.privacy import public
from home.publishing import Problem, problems
from home.publishing.disclaimers import Disclaimers
from home.publishing.forms import GatedPageForm
from home.publishing.page import GatedPage
from home.revisions import without_dead_targets
from home.translatable import Declared, same, words
from home.twins import make_draft, make_parents


class SitePage(GatedPage, Page):
    """A page of this site; Wagtail's Page already carries locale and translation key."""

    known_disclaimers: Disclaimers | None = None
    """What a preview has read already."""

    social_image = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture for sharing"),
        help_text=_(
            "Shown where somebody shares the page. Left empty, the page's own picture is used."
        ),
    )

    allowed_http_methods = ["GET", "HEAD"]
    base_form_class = GatedPageForm
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("social_image"),
            ],
            heading=_("Search engines and sharing"),
        ),
        FieldPanel("show_in_menus"),
    ]
    translatable_fields: Declared = [
        *words("title", "seo_title", "search_description"),
        *same("slug", "show_in_menus", "social_image"),
    ]

    class Meta:
        abstract = True

    og_type = "website"
    gate_relations: list[str] = []  # rows the gate looks at, for whoever asks it of many pages
    section_kind = "pages"  # what kind of cards the page lists, for whoever draws them

    @property
    def card_text(self) -> str:
        return str(self.search_description)

    @property
    def card_label(self) -> str:
        return ""

    @property
    def card_place(self) -> str:
        return ""

    @property
    def card_date(self) -> date | None:
        return None

    @property
    def canonical_url(self) -> str:
        return self.get_full_url() or ""

    def copy_for_translation(
        self, locale: Locale, copy_parents: bool = False, alias: bool = False, **kwargs: Any
    ) -> Any:
        """As Wagtail's, but what it would make an alias is a draft to be translated."""
        if copy_parents:
            make_parents(self, locale)
        if alias:
            return make_draft(self, locale)
        return super().copy_for_translation(locale, copy_parents=copy_parents, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """As Wagtail's, also where the revision names a row that was deleted since."""
        page: Self = super().with_content_json(without_dead_targets(self, content))
        return page

    def get_card_picture(self) -> tuple[int | None, str]:
        """The picture a card shows: its primary key, and the alt text the page gives it."""
        return self.social_image_id, ""

    def get_social_picture(self) -> tuple[int | None, str]:
        """The picture for shared links: the one chosen for it, or the card's."""
        return (self.social_image_id, "") if self.social_image_id else self.get_card_picture()

    def get_listed(self) -> Any:
        """The pages this one lists as a section, first what its readers should see first."""
        return public(self.get_children().live()).specific()

    @cached_property
    def shown_ancestors(self) -> list[Page]:
        """The live pages above this one, the home page first: what leads to them, no more."""
        if not self.path:
            return []
        above = self.get_ancestors().filter(depth__gt=1).live()
        return list(above.only("title", "url_path", "translation_key", "depth"))

    def get_breadcrumbs(self, request: HttpRequest | None) -> list[Link]:
        """The way from the home page to this one, without it."""
        return [Link(page.title, page.get_url(request) or "") for page in self.shown_ancestors]

    def get_meta(self, site: Site | None = None) -> PageMeta:
        return make_meta(self, site)

    @cached_property
    def shown_meta(self) -> PageMeta:
        """As `get_meta`, found once for a page that is being served."""
        return self.get_meta()

    def get_json_ld(self) -> dict[str, Any] | None:
        """What the page is in the words of schema.org, if anything worth saying."""
        return None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        self.shown_meta = self.get_meta(Site.find_for_request(request))
        context["meta"] = self.shown_meta
        context["breadcrumbs"] = self.get_breadcrumbs(request)
        return context

    @property
    def gate_problems(self) -> list[Problem]:
        """For previews: why an editor sees what readers would not."""
        return problems(self, self.known_disclaimers)

    def publishing_problems(self) -> list[Problem]:
        """What keeps this page from being published; subclasses extend their parent's list."""
        return missing_alts(self)
