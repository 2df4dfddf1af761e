"""Ordered rows of articles: wagtail-localize carries these, and no many-to-many field."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class PersonRow(Orderable):
    person = models.ForeignKey(
        "articles.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    panels = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        abstract = True


class SpecialtyRow(Orderable):
    specialty = models.ForeignKey(
        "articles.Specialty",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("specialty"),
    )
    panels = [FieldPanel("specialty")]

    class Meta(Orderable.Meta):
        abstract = True


class NewsAuthor(PersonRow):
    page = ParentalKey("articles.NewsPage", on_delete=models.CASCADE, related_name="authors")

    class Meta(PersonRow.Meta):
        verbose_name = _("author")


class NewsSpecialty(SpecialtyRow):
    page = ParentalKey("articles.NewsPage", on_delete=models.CASCADE, related_name="specialties")

    class Meta(SpecialtyRow.Meta):
        verbose_name = _("specialty")


class NewsClinic(Orderable):
    page = ParentalKey(
        "articles.NewsPage", on_delete=models.CASCADE, related_name="related_clinics"
    )
    clinic = models.ForeignKey(
        "articles.ClinicPage",
        on_delete=models.CASCADE,
        related_name="news_rows",
        verbose_name=_("clinic"),
    )
    panels = [FieldPanel("clinic")]

    class Meta(Orderable.Meta):
        verbose_name = _("related clinic")


class ClinicDoctor(PersonRow):
    page = ParentalKey("articles.ClinicPage", on_delete=models.CASCADE, related_name="doctors")

    class Meta(PersonRow.Meta):
        verbose_name = _("doctor")


class ClinicSpecialty(SpecialtyRow):
    page = ParentalKey("articles.ClinicPage", on_delete=models.CASCADE, related_name="specialties")

    class Meta(SpecialtyRow.Meta):
        verbose_name = _("specialty")
