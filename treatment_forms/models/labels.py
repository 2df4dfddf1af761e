"""Labels for who reads a request: in their own language where the form has it, else as sent.

A request keeps the form as its sender saw it. That copy is the truth, and stays as it is; who
reads the answers of a Russian in English reads the English form's words for the same keys.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from treatment_forms import choices
from treatment_forms.answers import get_topic_label
from treatment_forms.formfields import get_page_choices
from treatment_forms.models.fields import TreatmentFormField
from treatment_forms.models.submissions import Submission

Snapshot = list[dict[str, Any]]


def translate_snapshot(submission: Submission) -> Snapshot:
    """Costs two queries for a request in the reader's language or none, else a few more."""
    snapshot: Snapshot = submission.form_snapshot
    if submission.language_code == get_language():
        return snapshot
    rows = {row.clean_name: row for row in find_rows([submission.form_key])}
    return [
        {**field, **say(rows[field["key"]], field)} if field["key"] in rows else field
        for field in snapshot
    ]


def say(row: TreatmentFormField, field: dict[str, Any]) -> dict[str, Any]:
    """The reader's words for what the sender saw; a choice that is gone keeps the sender's."""
    saw = field.get("choices") or {}
    now = get_labels(row) if saw else {}
    return {"label": row.label, "choices": {key: now.get(key, saw[key]) for key in saw}}


def get_labels(row: TreatmentFormField) -> dict[str, str]:
    if row.field_type == "page":
        return {key: str(label) for key, label in get_page_choices(row) if key}
    return choices.parse(row.choices)


def find_rows(form_keys: Iterable[UUID], **wanted: Any) -> QuerySet[TreatmentFormField]:
    """The fields of live forms in the reader's language."""
    code = get_language() or ""
    rows: QuerySet[TreatmentFormField] = TreatmentFormField.objects.filter(
        page__translation_key__in=form_keys,
        page__live=True,
        page__locale__language_code__in=[code, code.partition("-")[0]],
        **wanted,
    )
    return rows.select_related("page", "locale")


def name_topics(submissions: Iterable[Submission]) -> dict[int, str]:
    """What each of these is about, by primary key. One query."""
    listed = list(submissions)
    rows = find_rows({one.form_key for one in listed}, clean_name="topic")
    known = {row.page.translation_key: choices.parse(row.choices) for row in rows}
    return {one.pk: name_topic(one, known.get(one.form_key, {})) for one in listed}


def name_topic(submission: Submission, known: dict[str, str]) -> str:
    saw = get_topic_label(submission.form_snapshot, submission.topic)
    is_own = submission.language_code == get_language()
    return saw if is_own else known.get(submission.topic, saw)
