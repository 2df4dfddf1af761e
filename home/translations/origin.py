"""Whose words a reader is shown."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    ORIGINAL = "original", _("Original")
    """Written in this language."""

    HUMAN = "human", _("Translated by a person")

    MACHINE = "machine", _("Translated by a machine, accepted by a person")
    """At least one text is a machine's, and somebody with a name stands for each of them."""

    UNKNOWN = "unknown", _("Not known")
    """Not published in this language, or before records were kept."""


@dataclass(frozen=True)
class TranslationState:
    """What is known of the live text of a page or snippet in one language.

    `source_revision_at` is when the version of the original that this one translates was
    published; None for an original. Names in `accepted_by` are for editors, not for readers.
    """

    origin: Origin
    is_stale: bool = False
    source_revision_at: datetime | None = None
    accepted_by: str = ""
    accepted_at: datetime | None = None
