"""News: the section and its articles."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.models import MedicalPage, SitePage


class NewsIndexPage(SitePage):
    """The list of news."""

    lead = models.TextField(_("introduction"), blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["articles.NewsPage"]
    template = "articles/news_index_page.html"

    class Meta:
        verbose_name = _("news section")
        verbose_name_plural = _("news sections")


class NewsPage(MedicalPage):
    """One article."""

    lead = models.TextField(_("lead"))

    content_panels = [*SitePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["articles.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "articles/news_page.html"

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")
