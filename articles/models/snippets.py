"""What articles are sorted by, and the people who write, review and treat."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.models.snippets import TranslatedSnippet
from home.rows import refuse_taken
from home.translatable import same, words


class Term(index.Indexed, TranslatedSnippet):
    """A word to sort by: its label in each language, its slug the same in all."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("slug"), max_length=80, help_text=_("Part of addresses; the same in every language.")
    )

    panels = [FieldPanel("name"), FieldPanel("slug")]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]
    translatable_fields = [*words("name"), *same("slug")]

    class Meta(TranslatedSnippet.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        refuse_taken(self, "slug", _("This slug is taken in this language."))
        others = type(self).objects.exclude(translation_key=self.translation_key)
        if others.filter(slug=self.slug, locale__in=self.get_twins().values("locale")).exists():
            message = _("This slug is taken in another language, where this term stands as well.")
            raise ValidationError({"slug": ValidationError(message, code="unique")})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """The row in the site's own language says what the slug is in all."""
        if kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        original = self.get_twins().filter(locale__language_code=settings.LANGUAGE_CODE).first()
        self.slug = original.slug if original else self.slug
        super().save(*args, **kwargs)
        for twin in self.get_twins().exclude(slug=self.slug):
            twin.slug = self.slug
            twin.save(update_fields=["slug"])

    def get_twins(self) -> "models.QuerySet[Any]":
        """The same term in other languages."""
        rows = type(self)._base_manager.filter(translation_key=self.translation_key)
        return rows.exclude(pk=self.pk)


class Category(Term):
    """What kind of news: the first thing a reader sees above the title."""

    class Meta(Term.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=("slug", "locale"), name="one_category_for_slug_locale")
        ]

    @classmethod
    def shown_in(cls, locale_id: int) -> models.QuerySet["Category"]:
        """Those that readers of this language are offered: one that waits for its words is none."""
        return cls.objects.filter(locale_id=locale_id, is_translated=True)


class Specialty(Term):
    """A field of medicine, for news and clinics alike."""

    class Meta(Term.Meta):
        verbose_name = _("specialty")
        verbose_name_plural = _("specialties")
        constraints = [
            models.UniqueConstraint(fields=("slug", "locale"), name="one_specialty_for_slug_locale")
        ]


class Person(index.Indexed, TranslatedSnippet):
    """Somebody whose name stands on a page: author, medical reviewer, doctor."""

    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=120)
    qualification = models.CharField(
        _("qualification"),
        max_length=200,
        blank=True,
        help_text=_("Shown beside the name: “MD, haematologist, Example Clinic”."),
    )
    portrait = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("portrait"),
    )
    same_as = StreamField(
        [("address", blocks.URLBlock(label=_("Address"), icon="link"))],
        blank=True,
        verbose_name=_("also found at"),
        help_text=_("Pages elsewhere that are about this person: ORCID, the hospital's own page."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("qualification"),
        FieldPanel("portrait"),
        FieldPanel("same_as"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("qualification"),
        index.FilterField("locale_id"),
    ]
    translatable_fields = [*words("name", "qualification"), *same("portrait", "same_as")]

    class Meta(TranslatedSnippet.Meta):
        ordering = ["name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return f"{self.name}, {self.qualification}" if self.qualification else self.name

    def get_pages_showing(self) -> models.QuerySet[Page]:
        """Also those that say this person reviewed them."""
        from articles.models.reviews import get_pages_reviewed_by  # reviews know people

        return super().get_pages_showing() | get_pages_reviewed_by(self)

    @property
    def public_portrait(self) -> object | None:
        """The portrait, or None while consent or licence forbids showing it."""
        portrait = self.portrait
        return portrait if portrait is not None and portrait.may_be_shown else None
