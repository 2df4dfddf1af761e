"""Snippets whose words readers see, in each language once they are translated."""

from typing import Any

from django.db import models, transaction
from wagtail.models import TranslatableMixin

from home.publishing import PublishRefused, refusals
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
