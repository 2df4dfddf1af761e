"""Who read a page with a doctor's eyes, when, and which text it was."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from articles.models.snippets import Person
from home.models import MedicalPage
from home.rows import has_words_in


class PageReview(models.Model):
    """One medical review of one page in one language.

    An ordinary foreign key, so that neither a copy nor a translation of the page claims a review
    it did not have, and reverting the page does not undo one.
    """

    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    reviewer = models.ForeignKey(
        "articles.Person",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_on = models.DateField(_("reviewed on"), default=timezone.localdate)
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("version"),
    )

    panels = [FieldPanel("page"), FieldPanel("reviewer"), FieldPanel("reviewed_on")]

    class Meta:
        verbose_name = _("medical review")
        verbose_name_plural = _("medical reviews")
        ordering = ["-reviewed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.page}: {self.reviewer.name}, {self.reviewed_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Remember the text that was read: the newest there was."""
        if self._state.adding and self.revision_id is None:
            self.revision_id = self.page.latest_revision_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        model = self.page.specific_class if self.page_id else None
        if model is not None and not issubclass(model, MedicalPage):
            raise ValidationError({"page": _("Only news and clinics are medically reviewed.")})
        if self.reviewed_on and self.reviewed_on > timezone.localdate():
            raise ValidationError({"reviewed_on": _("This day is still to come.")})
        if self.page_id and self.reviewer_id:
            self.refuse_foreign_reviewer()

    def refuse_foreign_reviewer(self) -> None:
        if has_words_in(self.reviewer, self.page.locale_id):
            return
        message = _(
            "“%(person)s” has no text in the language of this page, %(language)s. Translate this"
            " person first, under Snippets, People; then record the review."
        )
        language = self.page.locale.get_display_name()
        raise ValidationError(
            {"reviewer": message % {"person": self.reviewer, "language": language}}
        )


def get_reviews(page: Page) -> "models.QuerySet[PageReview]":
    """The reviews of what readers see; one of a later, unpublished text does not count."""
    reviews = PageReview.objects.filter(page_id=page.pk)
    if page.live_revision_id:
        return reviews.filter(Q(revision=None) | Q(revision_id__lte=page.live_revision_id))
    return reviews


def get_readable(reviews: "models.QuerySet[PageReview]", page: Page) -> Any:
    """Those whose reviewer has words in the page's language."""
    people = Person.objects.filter(locale_id=page.locale_id, is_translated=True)
    return reviews.filter(reviewer__translation_key__in=people.values("translation_key"))


def get_shown_review(page: Page) -> PageReview | None:
    """The newest that readers are told of: no doctor's name and title in another language."""
    readable = get_readable(get_reviews(page), page)
    newest = readable.values_list("pk", flat=True).first()  # most pages have none
    whole = PageReview.objects.select_related("reviewer", "reviewer__portrait")
    return whole.get(pk=newest) if newest else None


def get_pages_reviewed_by(person: Person) -> "models.QuerySet[Page]":
    """The live pages in this row's language that name the person as who reviewed them.

    Three queries for each page that has a review of theirs.
    """
    theirs = PageReview.objects.filter(reviewer__translation_key=person.translation_key)
    pages = Page.objects.filter(pk__in=theirs.values("page"), live=True, locale=person.locale_id)
    named: models.QuerySet[Page] = Page.objects.filter(
        pk__in=[page.pk for page in pages if is_reviewer(person, get_shown_review(page))]
    )
    return named


def is_reviewer(person: Person, review: PageReview | None) -> bool:
    return review is not None and review.reviewer.translation_key == person.translation_key
