"""Mails that must leave, with every attempt, and the alarms when they do not."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatment_forms.states import CLAIMABLE, DeliveryState


def new_message_id() -> str:
    """A Message-ID in the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4().hex}@{domain if domain.isascii() and domain else 'localhost'}>"


class Delivery(models.Model):
    """One mail to one recipient. The row is the truth; the task queue only wakes a worker.

    A worker claims it with one UPDATE that replaces `lease_token` and moves `due_at` to the end
    of the lease: when the worker dies, the row is simply due again.
    """

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("To the coordinator")
        ADDITION = "addition", _("To the coordinator: files were added")
        WITHDRAWAL = "withdrawal", _("To the coordinator: withdrawn")
        ESCALATION = "escalation", _("Nobody has opened the request")
        CONFIRMATION = "confirmation", _("To the patient")

    submission = models.ForeignKey(
        "treatment_forms.Submission", on_delete=models.CASCADE, related_name="deliveries"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    recipient = models.EmailField(_("recipient"))
    state = models.CharField(
        _("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    state_changed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(default=uuid.uuid4)
    attempts_made = models.PositiveIntegerField(default=0)
    # Made once, so that a duplicate after a crash carries the same one.
    message_id = models.CharField(max_length=300, unique=True, default=new_message_id)
    # The provider's own name for it, when it gave one: its webhooks come back with it.
    provider_id = models.CharField(max_length=200, blank=True, db_index=True)
    # What the last mail that was built held: {"attached": [positions], "linked": [positions]}.
    # A file whose bytes are gone is in neither.
    packing = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in sorted(CLAIMABLE)])
                | Q(due_at__isnull=False),
                name="unfinished_delivery_is_due_some_time",
            ),
        ]
        indexes = [models.Index("due_at", name="delivery_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.message_id

    @property
    def proves_arrival(self) -> bool:
        """Whether staff have, for all that the provider knows, the request in their mailbox."""
        tells_of_request = self.kind in {self.Kind.COORDINATOR, self.Kind.ESCALATION}
        return tells_of_request and self.state == DeliveryState.DELIVERED


class DeliveryAttempt(models.Model):
    """One try. Written before the wire is touched, so that a killed worker leaves a trace."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Started, no answer yet")
        ACCEPTED = "accepted", _("Accepted")
        TRANSIENT = "transient", _("Temporary error")
        PERMANENT = "permanent", _("Permanent error")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.STARTED)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # What the other side said, without addresses or text: "smtp 451", "postmark 422".
    answer = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["delivery_id", "number"]


class ProviderNotice(models.Model):
    """One webhook of a mail provider, once: they come twice, late and out of order."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=64, unique=True)  # a hash of what makes two the same
    event = models.CharField(max_length=20)  # Anymail's normalised name
    happened_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["received_at", "pk"]


class FileLink(models.Model):
    """Opens the files of a request to the recipient of one mail, for a time.

    Its address is a signature of the row: nothing that opens a file lies in the database.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="link")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class Alarm(models.Model):
    """Something a person must look at. Stays until somebody clears it."""

    class Kind(models.TextChoices):
        DELIVERY_LATE = "delivery_late", _("A mail has been waiting for long")
        DELIVERY_DEAD = "delivery_dead", _("A mail could not be delivered")
        DELIVERY_BOUNCED = "delivery_bounced", _("A mail came back")
        UNREAD = "unread", _("Nobody has opened a request")
        SCAN_OVERDUE = "scan_overdue", _("A file is still unchecked")
        MALWARE = "malware", _("A file that could be opened turned out to be malicious")
        SUBMISSION_FAILED = "submission_failed", _("A request could not be taken")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    submission = models.ForeignKey(
        "treatment_forms.Submission", null=True, on_delete=models.CASCADE, related_name="alarms"
    )
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.CASCADE, related_name="alarms"
    )
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
