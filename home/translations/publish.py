"""Publishing what is translated: one language, or all that were chosen at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import DraftStateMixin

from home.models import TranslationRecord
from home.publishing.problem import Problem, PublishRefused, Refused, as_problems
from home.translations.judge import get_translation


@dataclass
class NotPublished(Exception):
    """Nothing was published: these were refused, each with its reasons."""

    refusals: list[Refused]


@transaction.atomic
def publish_translation(translation: Any, user: Any) -> Any:
    """Build the page or snippet from its strings and publish it, or change nothing.

    wagtail-localize publishes after its transaction. Raises `PublishRefused`, or a
    `ValidationError` that localize keeps beside the string at fault.
    """
    model = translation.source.specific_content_type.model_class()
    has_drafts = issubclass(model, DraftStateMixin)
    translation.save_target(user=user, publish=not has_drafts)
    row = translation.get_target_instance()
    if has_drafts:
        row.get_latest_revision().publish(user=user)
        row.refresh_from_db()
    return row


def publish_languages(rows: Sequence[Any], user: Any) -> None:
    """Publish all of these, translations of one another, in one transaction, or none.

    Every one that is refused is named, not only the first.

    Raises:
        NotPublished: nothing was published.
    """
    refused: list[Refused] = []
    with transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    publish(row, user)
            except Refused as refusal:
                refused.append(refusal)
            except ValidationError as error:
                refused.append(PublishRefused(row, as_problems(error)))
        if refused:
            raise NotPublished(refused)


def publish(row: Any, user: Any) -> None:
    translation = get_translation(row)
    if translation is not None and translation.enabled:
        publish_translation(translation, user)
    else:
        (row.get_latest_revision() or row.save_revision(user=user)).publish(user=user)
    refuse_stale(row)


def refuse_stale(row: Any) -> None:
    """All languages at one moment means all of one version."""
    stale = TranslationRecord.objects.filter(
        translation_key=row.translation_key, locale_id=row.locale_id, is_stale=True
    )
    if stale.exists():
        message = _(
            "The original changed after this translation was made from it. Update the translations,"
            " and translate what is new."
        )
        raise PublishRefused(row, [Problem("", "stale", message)])
