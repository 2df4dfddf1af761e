"""Snippets whose words readers see, in each language once they are translated."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import ngettext
from wagtail.models import Page, TranslatableMixin

from home.publishing import InUse, Problem, PublishRefused, refusals
from home.publishing.usage import SHOWN, list_titles, names
from home.publishing.words import get_problems
from home.translations.facts import take_facts_of
from home.translations.judge import judge
from home.translations.records import record


class TranslatedSnippet(TranslatableMixin, models.Model):
    """A snippet without a draft state: what is saved is shown.

    wagtail-localize makes its translation from the original's words. Such a row waits, unseen,
    with `is_translated` off, until all its words are translated; and once they are, nothing puts
    the original's words over them.
    """

    takes_facts = True
    is_translated = models.BooleanField(default=True, editable=False)

    class Meta(TranslatableMixin.Meta):
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        row: Any = self
        if row.locale_id is None:  # Wagtail sets it later, before the row is written
            row.locale = row.get_default_locale()
        found = judge(row)
        if found.doubts and self.is_shown_already():
            raise refusals.note(PublishRefused(row, get_problems(row, found)))
        take_facts_of(row, found)
        self.is_translated = not found.doubts
        super().save(*args, **kwargs)
        if self.is_translated:
            record(self)

    def is_shown_already(self) -> bool:
        rows = type(self)._base_manager.filter(pk=self.pk, is_translated=True)
        return not self._state.adding and rows.exists()

    def get_pages_showing(self) -> models.QuerySet[Page]:
        """The live pages in this row's language on which readers find its words."""
        pages: models.QuerySet[Page] = Page.objects.filter(names(self), live=True)
        return pages.filter(locale=self.locale_id)

    def get_refusal_to_delete(self) -> InUse | None:
        """Why this row cannot go, or None where no reader sees it.

        The foreign keys of pages may name its twin in another language: the database would let
        this one go, and readers would see the words of the other.
        """
        if not self.is_translated:
            return None
        showing = self.get_pages_showing()
        pages, count = list(showing.only("title", "draft_title")[:SHOWN]), showing.count()
        if not count:
            return None
        return InUse(self, self.describe_use(pages, count), pages, count)

    def describe_use(self, pages: list[Page], count: int) -> Problem:
        row: Any = self
        message = ngettext(
            "“%(name)s” (%(kind)s, %(language)s) is shown on %(count)d live page: %(pages)s."
            " Without it readers would find another language there. To delete it, first take it"
            " off the page (a translation is changed in its original, a reviewer among the page's"
            " medical reviews) or unpublish the page. To change its words, edit it here.",
            "“%(name)s” (%(kind)s, %(language)s) is shown on %(count)d live pages: %(pages)s."
            " Without it readers would find another language there. To delete it, first take it"
            " off the pages (a translation is changed in its original, a reviewer among the page's"
            " medical reviews) or unpublish them. To change its words, edit it here.",
            count,
        )
        facts = {
            "name": row,
            "kind": row._meta.verbose_name,
            "language": row.locale.get_display_name(),
            "count": count,
            "pages": list_titles(pages, count),
        }
        return Problem("__all__", "snippet_in_use", message % facts)
