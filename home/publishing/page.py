"""What every page of this site does at the gate."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from home.publishing import refusals
from home.publishing.disclaimers import Disclaimers
from home.publishing.gate import carries_disclaimer, problems, refuse_unless_ready
from home.publishing.problem import PublishRefused, Refused, as_problems
from home.signals import page_written
from home.translations.facts import take_facts
from home.translations.records import record

logger = logging.getLogger(__name__)

# A save of none of these cannot put a text in front of readers that was not there: it is the
# bookkeeping of revisions, and must never fail (autosave of a live page).
GUARDED_FIELDS = frozenset({"live", "body", "disclaimer", "disclaimer_id", "locale", "locale_id"})


class GatedPage:
    """Goes live only through the gate. A mixin before `Page`.

    Wagtail has two ways to publish (`page.publish`, and the action that its editor calls
    directly) and several that write a live row without publishing: copies, aliases, imports.
    All of them end in `save()`.
    """

    takes_facts = True  # a translation is given what is the same in every language

    stored_row: Any = None
    """The page as the database has it, where a rule may look without asking (the report)."""

    @transaction.atomic
    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """As Wagtail's, in one transaction: a refusal leaves the schedule as it was."""
        return super().publish(*args, **kwargs)  # type: ignore[misc]  # Page comes after

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """As Wagtail's; a live page passes the gate in the same transaction, and takes its
        translations along.

        So does whoever listens: Django's own signal comes before the child rows are written.
        """
        saved = self.save_through_gate(*args, **kwargs)
        page: Any = self
        fields = kwargs.get("update_fields")
        if page.live and fields is None:
            record(page)
        page_written.send(sender=type(self), instance=self, update_fields=fields)
        return saved

    def save_through_gate(self, *args: Any, **kwargs: Any) -> Any:
        fields = kwargs.get("update_fields")
        page: Any = self
        if not page.live or (fields is not None and not GUARDED_FIELDS & set(fields)):
            return super().save(*args, **kwargs)  # type: ignore[misc]  # Page comes after
        if fields is None:
            take_facts(page)
        disclaimers = Disclaimers.load_locked() if carries_disclaimer(page) else None
        if disclaimers and fields is None:
            page.set_disclaimer(disclaimers)
        pass_gate(page, disclaimers)
        try:
            return super().save(*args, **kwargs)  # type: ignore[misc]  # Page comes after
        except Refused:
            raise
        except ValidationError as error:  # a required field left empty in the draft
            raise refusals.note(PublishRefused(page, as_problems(error))) from error


def pass_gate(page: Any, disclaimers: Disclaimers | None) -> None:
    """Refuse, or make a draft of it where nobody asked to publish.

    A new row that would be live is a copy, an alias or an import; an alias that follows its
    original may stand in a language without the disclaimer. An error would undo the whole copy,
    or the publishing of the original: as a draft the page is safe, and nothing is lost.
    """
    if not page._state.adding and not page.alias_of_id:
        refuse_unless_ready(page, disclaimers)
        return
    found = problems(page, disclaimers)
    if found:
        page.live = False
        page.live_revision = None
        page.has_unpublished_changes = True
        logger.warning("page %s: kept as a draft (%s)", page.pk, ", ".join(p.code for p in found))
        refusals.note(PublishRefused(page, found))
