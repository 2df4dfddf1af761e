"""What visitors agreed to, word for word."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from treatment_forms import conf


class ConsentText(models.Model):
    """One wording in one language. Never changed: other words are another row."""

    key = models.CharField(max_length=100)
    language_code = models.CharField(max_length=20)
    text = models.TextField()
    checksum = models.CharField(max_length=64)  # sha256 of the text
    first_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("key", "language_code", "checksum"), name="one_row_per_wording"
            )
        ]


class ConsentGiven(models.Model):
    submission = models.ForeignKey(
        "treatment_forms.Submission", on_delete=models.CASCADE, related_name="consents"
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()


def checksum_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class ConsentApprovalQuerySet(models.QuerySet["ConsentApproval"]):
    def that_count(self) -> "ConsentApprovalQuerySet":
        return self if conf.get("ACCEPT_DEMO_APPROVALS") else self.filter(is_demo=False)

    def of_wordings(self, texts: Iterable[str]) -> "ConsentApprovalQuerySet":
        return self.filter(checksum__in=[checksum_of(text) for text in texts])


class ConsentApproval(models.Model):
    """Somebody stands behind these words, in this language. Other words need another row.

    Not bound to one form: the same words in a copy of it are the same words.
    """

    language_code = models.CharField(_("language"), max_length=20)
    checksum = models.CharField(max_length=64)  # sha256 of the text
    text = models.TextField(_("text"))
    approved_at = models.DateTimeField(_("approved at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Stays when the account goes.
    approved_by_name = models.CharField(_("approved by"), max_length=150, blank=True)
    is_demo = models.BooleanField(_("demo approval"), default=False)

    objects = ConsentApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("language_code", "checksum", "is_demo"), name="one_approval_per_wording"
            )
        ]


def approve_wording(text: str, language_code: str, *, by: Any = None) -> None:
    """Write it down, unless it was before.

    Args:
        by: the user; None for demo content, which counts only where the settings say so.
    """
    ConsentApproval.objects.get_or_create(
        language_code=language_code,
        checksum=checksum_of(text),
        is_demo=by is None,
        defaults={
            "text": text,
            "approved_at": timezone.now(),
            "approved_by": by,
            "approved_by_name": by.get_username() if by else "",
        },
    )
