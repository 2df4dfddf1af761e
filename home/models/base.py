"""What every page of this site has in common."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from home.publishing import Problem
from home.publishing.forms import GatedPageForm
from home.publishing.page import GatedPage


class SitePage(GatedPage, Page):
    """A page of this site; Wagtail's Page already carries locale and translation key."""

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
    override_translatable_fields: list[Any] = [SynchronizedField("slug", overridable=False)]

    class Meta:
        abstract = True

    def publishing_problems(self) -> list[Problem]:
        """What keeps this page from being published; subclasses extend their parent's list."""
        return []
