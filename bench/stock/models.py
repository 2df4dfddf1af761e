"""A news page as stock Wagtail would have it: the same fields, blocks and panels, and no gate."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page

from articles.blocks import ArticleBodyBlock, CorrectionBlock, SourceBlock
from articles.models.rows import PersonRow, SpecialtyRow
from home.blocks import HeroImageBlock


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


class StockAuthor(PersonRow):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="authors")


class StockSpecialty(SpecialtyRow):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="specialties")


class StockClinic(models.Model):
    page = ParentalKey(StockNewsPage, on_delete=models.CASCADE, related_name="related_clinics")
    clinic = models.ForeignKey("articles.ClinicPage", on_delete=models.CASCADE, related_name="+")
    sort_order = models.IntegerField(null=True, blank=True, editable=False)
    panels = [FieldPanel("clinic")]
