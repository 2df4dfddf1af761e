"""The last lock: consents that nobody approved are shown by no door, whoever put them live."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from wagtail.models import Page
from wagtail.query import PageQuerySet

from treatment_forms import conf
from treatment_forms.forms import get_wording
from treatment_forms.models import going_live
from treatment_forms.models.fields import TreatmentFormField
from treatment_forms.models.pages import TreatmentFormPage
from treatment_forms.privacy import public

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1000
SECONDS_BETWEEN_ALARMS = 600

# Language and words of consents that somebody approved, and when we saw it. Approvals stay.
approved: dict[tuple[str, tuple[str, ...], bool], float] = {}


def find_shown(pk: int) -> TreatmentFormPage | None:
    """The form with this primary key, if everybody may see it. Two queries."""
    forms: PageQuerySet[TreatmentFormPage] = public(TreatmentFormPage.objects.live())
    form: TreatmentFormPage | None = forms.filter(pk=pk).select_related("locale").first()
    if form is None or not may_be_shown(form, form.shown_fields):
        return None
    form.is_found_shown = True
    return form


def find_hidden(pages: Iterable[Page]) -> set[int]:
    """Those of these live forms, bare pages or not, that nobody may see.

    One query; none where `find_shown` found them all.
    """
    forms = {page.pk: page for page in pages if not getattr(page, "is_found_shown", False)}
    if not forms:
        return set()
    rows = TreatmentFormField.objects.filter(page__in=forms, field_type="consent")
    consents: dict[int, list[TreatmentFormField]] = defaultdict(list)
    for row in rows.order_by("sort_order", "pk"):
        consents[row.page_id].append(row)
    return {pk for pk, form in forms.items() if not may_be_shown(form, consents[pk])}


def may_be_shown(page: Any, rows: Any = None) -> bool:
    """Whether somebody stands behind every consent of this live form, in its language.

    Args:
        rows: its fields, where they are known; else it costs a query. The approvals cost one a
            minute.
    """
    rows = page.fields.filter(field_type="consent") if rows is None else rows
    words = tuple(get_wording(row) for row in rows if going_live.is_consent(row))
    key = (going_live.get_language(page), words, bool(conf.get("ACCEPT_DEMO_APPROVALS")))
    if not words or time.monotonic() - approved.get(key, float("-inf")) < REMEMBERED_SECONDS:
        return True
    if going_live.find_unapproved_of(words, key[0]):
        alarm(page.pk)
        return False
    if len(approved) >= MOST_REMEMBERED:
        approved.clear()
    approved[key] = time.monotonic()
    return True


def alarm(page_pk: int) -> None:
    """Its number only, and not at every request."""
    if cache.add(f"form-not-shown-{page_pk}", 1, SECONDS_BETWEEN_ALARMS):
        logger.error("form %s is live with consents nobody approved, and is not shown", page_pk)
