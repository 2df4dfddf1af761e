"""Clinics: the list and its entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.models import MedicalPage, SitePage


class ClinicIndexPage(SitePage):
    """The list of clinics."""

    lead = models.TextField(_("introduction"), blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["articles.ClinicPage"]
    template = "articles/clinic_index_page.html"

    class Meta:
        verbose_name = _("clinic section")
        verbose_name_plural = _("clinic sections")


class ClinicPage(MedicalPage):
    """One clinic a patient can choose."""

    lead = models.TextField(_("lead"))
    city = models.CharField(_("city"), max_length=80)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("city"),
        FieldPanel("body"),
    ]
    parent_page_types = ["articles.ClinicIndexPage"]
    subpage_types: list[str] = []
    template = "articles/clinic_page.html"

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
