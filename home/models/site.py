"""What the whole site says of itself: addresses and channels once, words for each language."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Locale, Page

from home import request_forms
from home.models.snippets import TranslatedSnippet
from home.translatable import words


@register_setting(icon="site", order=100)
class SiteSettings(BaseSiteSetting):
    """The same in every language. The words are in SiteTexts."""

    request_page = models.ForeignKey(
        Page,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("request form"),
        help_text=_("The form below the disclaimer of every news and clinic page."),
    )
    phone = PhoneNumberField(_("phone"), blank=True)
    whatsapp = PhoneNumberField(_("WhatsApp number"), blank=True)
    telegram = models.CharField(
        _("Telegram name"), max_length=64, blank=True, help_text=_("Without the @.")
    )
    email = models.EmailField(_("e-mail"), blank=True)

    panels = [
        FieldPanel("request_page"),
        MultiFieldPanel(
            [
                FieldPanel("phone"),
                FieldPanel("whatsapp"),
                FieldPanel("telegram"),
                FieldPanel("email"),
            ],
            heading=_("Other ways to reach us"),
        ),
    ]
    select_related = ["request_page"]

    class Meta:
        verbose_name = _("request form and contacts")

    def clean(self) -> None:
        super().clean()
        if self.request_page is not None and request_forms.get_kind(self.request_page) is None:
            raise ValidationError({"request_page": request_forms.IS_NONE})

    def get_request_page(self, locale: Locale) -> Page | None:
        """The live request form in this language, or None; looked up once for each request."""
        known: dict[int, Page | None] = self.__dict__.setdefault("known_request_pages", {})
        if locale.pk not in known:
            known[locale.pk] = in_locale(self.request_page, locale)
        return known[locale.pk]


def in_locale(page: Page | None, locale: Locale) -> Page | None:
    """The form on this page in a language, if readers may see it there."""
    if page is not None and page.locale_id != locale.pk:
        page = page.get_translation_or_none(locale)
    return request_forms.find(page) if page is not None else None


class SiteTexts(TranslatedSnippet):
    """The words the site says of itself on many pages, in one language."""

    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    arranged_by = models.TextField(
        _("who arranges"),
        blank=True,
        help_text=_("Stands beside the request form: who arranges travel and treatment."),
    )
    paid_by = models.TextField(
        _("who pays us"), blank=True, help_text=_("Stands beside the request form.")
    )
    footer = models.TextField(_("foot of every page"), blank=True)

    panels = [
        FieldPanel("tagline"),
        FieldPanel("arranged_by"),
        FieldPanel("paid_by"),
        FieldPanel("footer"),
    ]

    translatable_fields = words("tagline", "arranged_by", "paid_by", "footer")

    class Meta(TranslatedSnippet.Meta):
        verbose_name = _("site texts")
        verbose_name_plural = _("site texts")
        constraints = [
            models.UniqueConstraint(fields=("locale",), name="one_row_of_site_texts_for_locale")
        ]

    def __str__(self) -> str:
        return str(self.locale)

    def clean(self) -> None:
        super().clean()
        rows = SiteTexts.objects.filter(locale_id=self.locale_id or Locale.get_default().pk)
        if rows.exclude(pk=self.pk).exists():
            raise ValidationError(_("This language has its texts already: change those."))

    @classmethod
    def for_locale(cls, locale: Locale) -> "SiteTexts":
        """The texts in this language, or an empty row: never another language's."""
        rows = cls.objects.filter(locale=locale, is_translated=True)
        return rows.first() or cls(locale=locale)
