"""A news page as stock Wagtail would have it: the same fields, blocks and panels, and no gate.

It shows its readers what ours does (the way to it, authors, review, sources, corrections, clinics,
related news), asked for as Wagtail's documentation shows it: no languages, no cards.
"""

from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page

from articles.blocks import ArticleBodyBlock, CorrectionBlock, SourceBlock
from articles.models import PageReview
from articles.models.rows import PersonRow, SpecialtyRow
from home.blocks import HeroImageBlock

RELATED = 3


class StockNewsPage(Page):
    lead = models.TextField()
    category = models.ForeignKey(
        "articles.Category", null=True, on_delete=models.PROTECT, related_name="+"
    )
    display_date = models.DateField(null=True, blank=True)
    hero = StreamField([("hero", HeroImageBlock())], max_num=1, blank=True)
    body = StreamField(ArticleBodyBlock())
    sources = StreamField([("source", SourceBlock())], blank=True)
    corrections = StreamField([("correction", CorrectionBlock())], blank=True)
    change_note = models.TextField(blank=True)
    changed_on = models.DateField(null=True, blank=True)
    request_page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    template = "stock/news.html"
    shown_disclaimer = None  # what the block asks its page for
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    *(
                        FieldPanel(name)
                        for name in ("lead", "category", "display_date", "hero", "body", "sources")
                    ),
                ]
            ),
            ObjectList(
                [
                    InlinePanel("authors"),
                    *(FieldPanel(n) for n in ("corrections", "change_note", "changed_on")),
                ]
            ),
            ObjectList(
                [
                    InlinePanel("related_clinics"),
                    InlinePanel("specialties"),
                    FieldPanel("request_page"),
                ]
            ),
            ObjectList(Page.promote_panels),
            ObjectList(Page.settings_panels),
        ]
    )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        others = StockNewsPage.objects.live().public().filter(category=self.category)
        reviews = PageReview.objects.filter(page_id=self.pk).select_related("reviewer")
        return {
            **super().get_context(request, *args, **kwargs),
            "ancestors": self.get_ancestors().filter(depth__gt=1).live(),
            "review": reviews.first(),
            "authors": [row.person for row in self.authors.select_related("person")],
            "clinics": [row.clinic for row in self.related_clinics.select_related("clinic")],
            "related": others.exclude(pk=self.pk).order_by("-display_date")[:RELATED],
        }


class StockAuthor(PersonRow):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="authors")


class StockSpecialty(SpecialtyRow):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="specialties")


class StockClinic(models.Model):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="related_clinics")
    clinic = models.ForeignKey("articles.ClinicPage", on_delete=models.CASCADE, related_name="+")
    sort_order = models.IntegerField(null=True, blank=True, editable=False)
    panels = [FieldPanel("clinic")]
