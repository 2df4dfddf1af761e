"""The site's root and its plain pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from home.blocks import HeroImageBlock, PlainBodyBlock
from home.blocks.sections import SectionBlock
from home.cards import Link
from home.models.base import SitePage
from home.privacy import public
from home.translatable import words


class HomePage(SitePage):
    """The first page of a language: who we are, and the newest of each chosen section."""

    heading = models.CharField(
        _("heading"),
        max_length=120,
        blank=True,
        help_text=_("The large line at the top. Empty: the page's title."),
    )
    lead = models.TextField(_("introduction"), blank=True)
    hero = StreamField(
        [("hero", HeroImageBlock())], max_num=1, blank=True, verbose_name=_("picture")
    )
    sections = StreamField([("section", SectionBlock())], blank=True, verbose_name=_("sections"))
    body = StreamField(PlainBodyBlock(required=False), blank=True, verbose_name=_("text below"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("heading"),
        FieldPanel("lead"),
        FieldPanel("hero"),
        FieldPanel("sections"),
        FieldPanel("body"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]
    translatable_fields = [
        *SitePage.translatable_fields,
        *words("heading", "lead", "hero", "sections", "body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def card_text(self) -> str:
        return self.search_description or self.lead

    def get_card_picture(self) -> tuple[int | None, str]:
        return picture_in(self.hero) or super().get_card_picture()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["hero"] = self.hero[0].value if self.hero else None
        context["sections"] = [
            section
            for child in self.sections
            if (section := child.value.get_section(self, request)) is not None
        ]
        return context

    def get_json_ld(self) -> dict[str, Any] | None:
        return {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": self.heading or self.title,
            "url": self.canonical_url,
            "inLanguage": self.locale.language_code,
        }


class StandardPage(SitePage):
    """About, contact, policies: a plain page."""

    lead = models.TextField(_("introduction"), blank=True)
    body = StreamField(PlainBodyBlock(), verbose_name=_("text"))

    content_panels = [*SitePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]
    translatable_fields = [*SitePage.translatable_fields, *words("lead", "body")]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    @property
    def card_text(self) -> str:
        return self.search_description or self.lead

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        children = public(self.get_children().live()) if self.path else []
        context["children"] = [Link(page.title, page.get_url(request) or "") for page in children]
        return context


def picture_in(hero: Any) -> tuple[int | None, str] | None:
    """The picture of a hero stream and its alt text, without asking the database."""
    for child in hero.raw_data:
        value: dict[str, Any] = child["value"]
        if value.get("image"):
            return value["image"], value.get("alt") or ""
    return None
