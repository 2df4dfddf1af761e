"""Corrections that readers were shown once: none of them can be taken away again."""

from collections import Counter
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from home.publishing import Problem

Fact = tuple[date | None, str]


class PublishedCorrection(models.Model):
    """Written when a page goes live with it. Rows are only ever added.

    The page's own row cannot tell: Wagtail's editor writes the draft of an unpublished page over
    it. An ordinary foreign key, so that no revision and no copy brings one or takes one away.
    """

    wagtail_reference_index_ignore = True

    page = models.ForeignKey(
        "articles.NewsPage", on_delete=models.CASCADE, related_name="published_corrections"
    )
    date = models.DateField(null=True)
    text = models.TextField(blank=True)  # in a translation empty: only the day is held
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("published correction")
        verbose_name_plural = _("published corrections")
        default_permissions = ()


def correction_problems(page: Any) -> list[Problem]:
    """Names the first that was published once and is gone, or says something else."""
    lost = get_published(page) - count_facts(page, page.corrections)
    messages = [make_message(*fact) for fact in lost]
    return [Problem("corrections", "correction_removed", message) for message in messages[:1]]


def record_corrections(page: Any) -> None:
    """Add what a page that went live shows, and the record has not. Most pages have none."""
    shown = count_facts(page, page.corrections)
    if shown:
        new = shown - get_recorded(page)
        PublishedCorrection.objects.bulk_create(
            PublishedCorrection(page_id=page.pk, date=day, text=text)
            for day, text in new.elements()
        )


def get_published(page: Any) -> Counter[Fact]:
    """What was recorded, and what a live row shows, whoever wrote it.

    Asks nothing where the page carries its stored row with its records (the report).
    """
    rows = type(page).objects.filter(pk=page.pk).select_related("locale")
    row = page.stored_row or rows.only("live", "corrections", "locale").first()
    if row is None:
        return Counter()
    return get_recorded(row) | (count_facts(row, row.corrections) if row.live else Counter())


def get_recorded(page: Any) -> Counter[Fact]:
    return Counter((one.date, one.text) for one in page.published_corrections.all())


def count_facts(page: Any, corrections: Any) -> Counter[Fact]:
    """A translation of a correction may be bettered, so there only its day is held."""
    holds_words = page.locale.language_code == settings.LANGUAGE_CODE
    values = [child.value for child in corrections]
    texts = [((one["text"] or "").strip(), one["date"]) for one in values]
    return Counter((day, text if holds_words else "") for text, day in texts if text)


def make_message(day: date | None, text: str) -> str:
    facts = {"day": date_format(day) if day else "–", "text": text}
    if text:
        return (
            gettext(
                "The correction of %(day)s was published and stays on the page."
                " Put it back as it was: %(text)s"
            )
            % facts
        )
    return (
        gettext("The correction of %(day)s was published and stays on the page: put it back.")
        % facts
    )
