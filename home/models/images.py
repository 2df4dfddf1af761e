"""Pictures with what the law and the reader want to know of them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from home.models.fields import LanguageTextsField


class PeopleConsent(models.TextChoices):
    NONE_SHOWN = "none_shown", _("No recognisable people")
    GIVEN = "given", _("Consent given")
    MISSING = "missing", _("Consent missing")


class SiteImage(AbstractImage):
    """A picture whose credit, rights and alternative texts travel with it."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    licence_url = models.URLField(_("licence address"), blank=True)
    expires_on = models.DateField(
        _("licence expires on"),
        null=True,
        blank=True,
        help_text=_("Pages that show the picture cannot be published after this day."),
    )
    people_consent = models.CharField(
        _("people shown"),
        max_length=10,
        choices=PeopleConsent.choices,
        default=PeopleConsent.NONE_SHOWN,
    )
    alt_texts = LanguageTextsField(
        _("alternative texts"),
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )

    admin_form_fields = (
        *Image.admin_form_fields,
        "credit",
        "rights_holder",
        "licence",
        "licence_url",
        "expires_on",
        "people_consent",
        "alt_texts",
    )

    @property
    def is_licence_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def may_be_shown(self) -> bool:
        """Whether its people and its licence allow readers to see it today."""
        return self.people_consent != PeopleConsent.MISSING and not self.is_licence_expired

    def get_alt(self, language_code: str) -> str:
        """The alternative text in this language, or empty: never another language's."""
        return str(self.alt_texts.get(language_code, ""))


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]
