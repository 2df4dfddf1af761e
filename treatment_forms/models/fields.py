"""The questions of a form."""

import re
from collections.abc import Container
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.models import Page, TranslatableMixin

from treatment_forms import choices, localize
from treatment_forms.forms import KINDS, RESERVED
from treatment_forms.prepared import Prepared

KEY = re.compile(r"[a-z][a-z0-9_]*")


class ChoicesField(models.TextField[str, str]):
    """Lines of `key|Label`; translators get the labels one by one and never see a key."""

    def get_translatable_segments(self, value: str) -> list[Any]:
        return localize.split(value)

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return localize.join(value, segments)


class TreatmentFormField(TranslatableMixin, AbstractFormField):
    """One question. Its key and the keys of its choices never change once they are made."""

    page = ParentalKey("TreatmentFormPage", on_delete=models.CASCADE, related_name="fields")
    clean_name = models.CharField(
        _("key"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Made from the label when left empty. Never changes afterwards."),
    )
    field_type = models.CharField(_("kind"), max_length=16, choices=KINDS)
    help_text = models.TextField(
        _("hint"), blank=True, help_text=_("For a consent: its further words, kept as its text.")
    )
    choices = ChoicesField(
        _("choices"),
        blank=True,
        help_text=_(
            "One on each line. A key is put before each of them (key|Label); keep it when you "
            "change the label."
        ),
    )
    choose_from = models.ForeignKey(
        Page,
        verbose_name=_("pages to choose from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("For a choice of pages: those directly below this one."),
    )

    panels = [
        FieldRowPanel([FieldPanel("field_type"), FieldPanel("required")]),
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("choices"),
        FieldPanel("choose_from"),
        FieldRowPanel([FieldPanel("default_value"), FieldPanel("clean_name")]),
    ]
    override_translatable_fields = localize.synchronized(
        "clean_name", "field_type", "required", "default_value", "choose_from"
    )

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [
            models.UniqueConstraint(fields=("page", "clean_name"), name="one_field_per_key")
        ]

    def __str__(self) -> str:
        return self.clean_name or self.label

    def make_key(self, taken: Container[str]) -> str:
        if self.field_type == "files":
            return "files"  # the contract's name for uploads
        key = choices.make_key(self.label, taken)
        return choices.make_key(f"{key}_field", taken) if key in RESERVED else key

    def get_field_clean_name(self) -> str:
        """Wagtail's name for it, asked in previews of rows that were never saved."""
        return self.make_key(())

    def clean(self) -> None:
        super().clean()
        if self.clean_name and not KEY.fullmatch(self.clean_name):
            text = _("A key is made of small letters, digits and underscores.")
            raise ValidationError({"clean_name": text})
        if (self.clean_name == "files") != (self.field_type == "files") and self.clean_name:
            text = _("The key of the field for files, and of no other, is “files”.")
            raise ValidationError({"clean_name": text})
        if self.clean_name in RESERVED - {"files"}:
            text = _("This key cannot be used, the form itself needs it.")
            raise ValidationError({"clean_name": text})

    def make_keys(self, taken: Container[str] = ()) -> None:
        """Give what has no key yet its own; does nothing to what has one."""
        self.clean_name = self.clean_name or self.make_key(taken)
        self.choices = choices.write(choices.parse(self.choices))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.make_keys()
        super().save(*args, **kwargs)


FIELDS = Prepared(
    lambda pk: TreatmentFormField.objects.filter(page=pk).order_by("sort_order", "pk"),
    stand_in=-1,
)
