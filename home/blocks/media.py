"""Pictures. Caption, credit and alt text come from the picture unless the page says more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model

from home.blocks.choosers import ImageChooserBlock
from home.blocks.strings import CharBlock

GROUP = _("Pictures and tables")


class CreditPrefix(models.TextChoices):
    PHOTO_SOURCE = "photo_source", _("Photo Source")
    PHOTO = "photo", _("Photo")
    ILLUSTRATION = "illustration", _("Illustration")


class PictureValue(blocks.StructValue):
    """What the page says of the picture, completed by what the picture says of itself."""

    @property
    def public_image(self) -> Any:
        """The picture, or None while its licence or its people's consent forbids showing it."""
        image = self.get("image")
        return image if image is not None and image.may_be_shown else None

    def get_alt(self, language_code: str) -> str:
        image = self.get("image")
        if self.get("decorative") or image is None:
            return ""
        return str(self.get("alt") or image.get_alt(language_code))

    @property
    def credit_line(self) -> str:
        """`Photo Source: Morozov Children's Hospital`, or as much of it as is known."""
        image, prefix = self.get("image"), self.get("credit_prefix")
        name = self.get("credit_name") or (image.credit if image else "")
        prefix = CreditPrefix(prefix).label if prefix else ""
        return ": ".join(str(part) for part in (prefix, name) if part)


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = CharBlock(
        required=False,
        max_length=250,
        label=_("Alternative text"),
        help_text=_("What the picture shows, for those who cannot see it. Empty: the picture's."),
    )
    decorative = blocks.BooleanBlock(
        required=False,
        label=_("Decorative"),
        help_text=_("Says nothing the text does not; screen readers pass over it."),
    )
    caption = CharBlock(required=False, max_length=300, label=_("Caption"))
    credit_prefix = blocks.ChoiceBlock(
        choices=CreditPrefix.choices, required=False, label=_("Credit begins with")
    )
    credit_name = CharBlock(
        required=False,
        max_length=200,
        label=_("Credit"),
        help_text=_("Empty: the credit kept with the picture."),
    )
    credit_url = blocks.URLBlock(required=False, label=_("Credit's address"))

    class Meta:
        icon = "image"
        group = GROUP
        label = _("Picture")
        description = _("A picture with its caption and credit line.")
        template = "components/picture.html"
        value_class = PictureValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation or cleaned.get("decorative") or cleaned.get("alt"):
            return cleaned
        if cleaned["image"] is not None and any(cleaned["image"].alt_texts.values()):
            return cleaned
        message = _("Say what the picture shows, or mark it as decorative.")
        raise blocks.StructBlockValidationError(
            block_errors={"alt": ValidationError(message, code="no_alt")}
        )

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {
            **context,
            "image": value.public_image,
            "alt": value.get_alt(_language_of(context.get("page"))),
            "caption": value.get("caption") or "",
            "credit": value.credit_line,
            "credit_url": value.get("credit_url") or "",
        }

    def get_preview_value(self) -> Any:
        return self.normalize(
            {
                "image": get_image_model().objects.order_by("pk").first(),
                "decorative": True,
                "caption": "The entrance of the day clinic",
                "credit_prefix": CreditPrefix.ILLUSTRATION,
            }
        )


def _language_of(page: Any) -> str:
    return str(page.locale.language_code) if page is not None else get_language() or ""


class HeroImageBlock(PictureBlock):
    class Meta:
        label = _("Leading picture")
        description = _("The picture at the head of the page; cards and shared links use it too.")
        template = "components/hero.html"
        value_class = PictureValue
