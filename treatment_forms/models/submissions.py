"""One request for treatment, and what happened to it."""

import re
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatment_forms import vault
from treatment_forms.states import State

# Crockford's base 32: no I, L, O, U, so that a reference survives being read over the telephone.
REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """`TR-XXXX-XXXX`, 40 random bits: a name for a request, never a key to it."""
    digits = "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(8))
    return f"TR-{digits[:4]}-{digits[4:]}"


def is_reference(text: str) -> bool:
    """Whether any request could be called this."""
    return re.fullmatch(f"TR(-[{REFERENCE_ALPHABET}]{{4}}){{2}}", text) is not None


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def unread_since(self, moment: datetime) -> "SubmissionQuerySet":
        """Patients' requests that nobody has opened since then, and nobody was reminded of."""
        return self.filter(
            status=State.RECEIVED,
            is_test=False,
            escalated_at=None,
            status_changed_at__lte=moment,
        )


class Submission(models.Model):
    """A request, stored whole or not at all. It outlives the page that took it."""

    reference = models.CharField(_("reference"), max_length=16, unique=True, default=new_reference)
    form_key = models.UUIDField(
        _("form"), db_index=True, help_text=_("The form's translation key: one inbox per form.")
    )
    form_title = models.CharField(_("form title"), max_length=255)
    form_page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source_page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language_code = models.CharField(_("language"), max_length=20)
    topic = models.CharField(
        _("about"), max_length=100, blank=True, help_text=_("The key of the chosen answer.")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=State.choices, default=State.RECEIVED
    )
    status_changed_at = models.DateTimeField(_("status changed at"))
    received_at = models.DateTimeField(_("received at"), db_index=True)
    is_test = models.BooleanField(_("test request"), default=False)
    # An HMAC of the e-mail address: finds other requests of the same person, and nobody else's.
    email_key = models.CharField(max_length=64, blank=True, db_index=True)
    continues = models.ForeignKey(
        "self",
        verbose_name=_("adds to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="additions",
        help_text=_("The earlier request that its sender joined this one to."),
    )
    escalated_at = models.DateTimeField(null=True)
    sealed_answers = models.BinaryField()
    # The fields as this visitor saw them: [{"key", "kind", "label", "choices": {key: label}}, ...]
    form_snapshot = models.JSONField()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        default_permissions = ("view",)
        permissions = [
            ("download_attachment", _("Can download files of requests")),
            ("release_attachment", _("Can release files that could not be checked")),
            ("export_submission", _("Can export requests")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=State.values), name="submission_status_is_known"
            )
        ]
        indexes = [  # those that nobody has opened: a handful, however many requests there are
            models.Index(
                "status_changed_at",
                name="submission_unread",
                condition=Q(status=State.RECEIVED, is_test=False, escalated_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_in_good_hands(self) -> bool:
        """Whether a coordinator has opened it, or a provider says that a mail about it arrived.

        A mail that was queued, sent or accepted proves nothing. Costs no query where `deliveries`
        are prefetched.
        """
        return self.status == State.OPENED or any(
            mail.proves_arrival for mail in self.deliveries.all()
        )

    @property
    def answers(self) -> dict[str, Any]:
        """Answers by field key. Unsealed at each access: keep it in a name."""
        return vault.unseal(self.sealed_answers)


class SubmissionEvent(models.Model):
    """One line of a request's history. Written once; `detail` holds ids and states only."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        STATUS = "status", _("Status changed")
        VERDICT = "verdict", _("File checked")
        DOWNLOADED = "downloaded", _("File downloaded")
        DELIVERY = "delivery", _("Delivery changed")
        FILES_ADDED = "files_added", _("Files added by the sender")
        JOINED = "joined", _("Joined to an earlier request")
        LINK_USED = "link_used", _("File opened by the link in a mail")
        LINK_REVOKED = "link_revoked", _("Link in a mail revoked")
        ESCALATED = "escalated", _("Nobody had opened it: passed on")
        EXPORTED = "exported", _("Exported as a table")
        NO_REPLY = "no_reply", _("Confirmation not sent: too many to this address")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    happened_at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    note = models.TextField(_("reason"), blank=True)  # what staff gave as theirs

    class Meta:
        ordering = ["happened_at", "pk"]


class Replay(models.Model):
    """Which request an idempotency key stands for, so that sending twice stores once.

    Attributes:
        submission: None while the first one that came with this key is being taken (API).
        fingerprint: an HMAC of the body; the same key with another body is refused (API).
        taken_until: until then nobody else may take it, answered or not (API).
        sealed_answer: what was answered, to be said again (API).
    """

    key = models.CharField(max_length=64, unique=True)
    submission = models.ForeignKey(
        Submission, null=True, on_delete=models.CASCADE, related_name="+"
    )
    fingerprint = models.CharField(max_length=64, blank=True)
    taken_until = models.DateTimeField(null=True)
    sealed_answer = models.BinaryField(null=True)
    expires_at = models.DateTimeField(db_index=True)


class Tally(models.Model):
    """How often one address did one thing in one window; the address only as an HMAC."""

    key = models.CharField(max_length=64)
    window_starts_at = models.DateTimeField(db_index=True)
    amount = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("key", "window_starts_at"), name="one_tally_per_window")
        ]
