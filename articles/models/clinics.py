"""Clinics: the list and its entries."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.panels import TabbedInterface as Tabs
from wagtail.fields import StreamField
from wagtail.search import index

from articles.blocks import AccreditationBlock, PhoneBlock, PriceBlock, QuestionBlock
from articles.models.base import ArticlePage
from articles.models.fields import LanguagesField, language_name
from articles.models.snippets import Specialty
from articles.panels import ReviewsPanel
from articles.schema_org import medical_clinic
from home.blocks import PictureBlock
from home.cards import Card, Link, make_cards
from home.languages import join_words
from home.models import SitePage
from home.paging import paginate
from home.privacy import public
from home.publishing import visible
from home.rows import in_language_of
from home.translatable import same, words

CLINICS_PER_PAGE = 24
NEWS_SHOWN = 4


class ClinicKind(models.TextChoices):
    HOSPITAL = "hospital", _("Hospital")
    CLINIC = "clinic", _("Clinic")
    CENTRE = "centre", _("Centre")


class ClinicIndexPage(SitePage):
    """The list of clinics, whole or by country and specialty."""

    lead = models.TextField(_("introduction"), blank=True)

    section_kind = "clinics"
    content_panels = [*SitePage.content_panels, FieldPanel("lead")]
    search_fields = [*SitePage.search_fields, index.SearchField("lead")]
    translatable_fields = [*SitePage.translatable_fields, *words("lead")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["articles.ClinicPage"]
    template = "articles/clinic_index_page.html"

    class Meta:
        verbose_name = _("clinic section")
        verbose_name_plural = _("clinic sections")

    @property
    def card_text(self) -> str:
        return self.search_description or self.lead

    def get_listed(self) -> "QuerySet[ClinicPage]":
        clinics: QuerySet[ClinicPage] = public(ClinicPage.objects.child_of(self).live())
        return clinics.select_related("locale").order_by("title", "pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        country = request.GET.get("country", "")
        specialty = request.GET.get("specialty", "")
        listed = self.get_listed()
        countries_listed = self.get_country_links(listed, request)
        named = self.get_specialties(listed)
        specialties = [_filter_link(request, row.name, "specialty", row.slug) for row in named]
        chosen = next((row for row in named if row.slug == specialty), None)
        # What is no link of ours has no clinics, and is not asked of the database: it may be a NUL.
        if country:
            is_known = any(link.is_current for link in countries_listed)
            listed = listed.filter(country=country) if is_known else listed.none()
        if specialty:
            listed = (
                listed.filter(specialties__specialty__translation_key=chosen.translation_key)
                if chosen
                else listed.none()
            )
        paging = paginate(listed.distinct(), request, CLINICS_PER_PAGE)
        return {
            **context,
            **paging.get_context(),
            "cards": make_cards(visible(paging.pages), request),
            "countries": countries_listed,
            "specialties": specialties,
            "country": next((c.title for c in countries_listed if c.is_current), ""),
            "specialty": chosen.name if chosen else "",
        }

    def get_country_links(
        self, clinics: "QuerySet[ClinicPage]", request: HttpRequest
    ) -> list[Link]:
        codes = clinics.order_by().values_list("country", flat=True).distinct()
        named = [(countries.name(code), code) for code in codes]
        return [_filter_link(request, name, "country", code) for name, code in sorted(named)]

    def get_specialties(self, clinics: "QuerySet[ClinicPage]") -> list[Specialty]:
        ids = clinics.order_by().values("specialties__specialty_id")
        rows = in_language_of(self, list(Specialty.objects.filter(pk__in=ids)))
        return sorted(rows, key=lambda row: (row.name, row.slug))


def _filter_link(request: HttpRequest, title: str, name: str, value: str) -> Link:
    """A link that filters by this, keeps the other filter, and begins at the first page."""
    query = request.GET.copy()
    query.pop("page", None)
    is_current = query.get(name) == value
    query[name] = value
    return Link(title, f"?{query.urlencode()}", is_current)


class ClinicPage(ArticlePage):
    """One clinic a patient can choose."""

    kind = models.CharField(
        _("kind"), max_length=10, choices=ClinicKind.choices, default=ClinicKind.CLINIC
    )
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    is_partner = models.BooleanField(
        _("we have an agreement with it"),
        default=False,
        help_text=_("Readers are told on every page that names the clinic."),
    )
    gallery = StreamField([("picture", PictureBlock())], blank=True, verbose_name=_("gallery"))
    country = CountryField(_("country"))
    city = models.CharField(_("city"), max_length=80)
    address = models.CharField(_("address"), max_length=240, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    phones = StreamField([("phone", PhoneBlock())], blank=True, verbose_name=_("phones"))
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    languages_spoken = LanguagesField(_("languages spoken"), blank=True)
    founded = models.PositiveSmallIntegerField(
        _("founded in"), null=True, blank=True, validators=[MinValueValidator(800)]
    )
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    accreditations = StreamField(
        [("accreditation", AccreditationBlock())], blank=True, verbose_name=_("accreditations")
    )
    prices = StreamField([("price", PriceBlock())], blank=True, verbose_name=_("prices"))
    faq = StreamField([("question", QuestionBlock())], blank=True, verbose_name=_("questions"))

    edit_handler = Tabs(
        [
            ObjectList(
                [
                    *SitePage.content_panels,
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("legal_name")]),
                    FieldPanel("lead"),
                    FieldPanel("hero"),
                    FieldPanel("body"),
                    FieldPanel("gallery"),
                    FieldPanel("faq"),
                ],
                heading=_("Clinic"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("country"), FieldPanel("city")]),
                    FieldPanel("address"),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                    FieldPanel("phones"),
                    FieldPanel("email"),
                    FieldPanel("website"),
                ],
                heading=_("Place and contact"),
            ),
            ObjectList(
                [
                    InlinePanel("specialties", heading=_("Specialties"), label=_("Specialty")),
                    InlinePanel("doctors", heading=_("Doctors"), label=_("Doctor")),
                    ReviewsPanel(heading=_("Medical reviews")),
                    FieldPanel("languages_spoken"),
                    FieldRowPanel([FieldPanel("founded"), FieldPanel("beds")]),
                    FieldPanel("accreditations"),
                    FieldPanel("prices"),
                ],
                heading=_("Medicine and prices"),
            ),
            ObjectList(
                [
                    FieldPanel("is_partner"),
                    MultiFieldPanel(ArticlePage.request_panels, heading=_("Request form")),
                ],
                heading=_("Agreement and form"),
            ),
            ObjectList(SitePage.promote_panels, heading=_("Search and sharing")),
            ObjectList(SitePage.settings_panels, heading=_("Publishing")),
        ]
    )
    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("legal_name"),
        index.SearchField("city"),
        index.SearchField("faq"),
        index.FilterField("country"),
    ]
    translatable_fields = [
        *ArticlePage.translatable_fields,
        *words("city", "address", "gallery", "phones", "accreditations", "prices", "faq"),
        *same("kind", "legal_name", "is_partner", "country", "latitude", "longitude", "email"),
        *same("website", "languages_spoken", "founded", "beds", "specialties", "doctors"),
    ]
    parent_page_types = ["articles.ClinicIndexPage"]
    subpage_types: list[str] = []
    template = "articles/clinic_page.html"

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")

    @property
    def card_label(self) -> str:
        return str(self.get_kind_display())

    @property
    def card_place(self) -> str:
        return join_words([self.city, self.country.name])

    @property
    def current_prices(self) -> list[Any]:
        """The prices that hold today."""
        return [child.value for child in self.prices if child.value.is_current]

    @property
    def current_accreditations(self) -> list[Any]:
        """The accreditations that hold today."""
        return [child.value for child in self.accreditations if child.value.is_current]

    @property
    def stale_facts(self) -> list[str]:
        """What readers are not shown any more, in words for editors."""
        stale = [c.value["treatment"] for c in self.prices if not c.value.is_current]
        return stale + [c.value["body"] for c in self.accreditations if not c.value.is_current]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "review": self.shown_review,
            "phones": [child.value for child in self.phones],
            "languages": join_words(sorted(map(language_name, self.languages_spoken))),
            "gallery": list(self.gallery),
            "specialties": [str(s) for s in self.get_related("specialties", "specialty")],
            "doctors": self.get_related("doctors", "person", "portrait"),
            "accreditations": self.current_accreditations,
            "prices": self.current_prices,
            "faq": [child.value for child in self.faq],
            "news": self.get_news(request),
            "partner_note": self.get_partner_note([self]),
        }

    def get_news(self, request: HttpRequest) -> list[Card]:
        """The newest articles that name this clinic, in its language."""
        from articles.models.news import NewsPage  # news knows clinics

        news = (
            public(NewsPage.objects.live())
            .filter(
                related_clinics__clinic__translation_key=self.translation_key,
                locale_id=self.locale_id,
            )
            .select_related("category", "locale")
            .order_by("-display_date", "-first_published_at", "-pk")
            .distinct()
        )
        return make_cards(
            visible(news[: NEWS_SHOWN + 1], self.known_disclaimers)[:NEWS_SHOWN], request
        )

    def get_json_ld(self) -> dict[str, Any]:
        return medical_clinic(self)
