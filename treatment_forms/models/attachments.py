"""Files that visitors sent: kept privately, opened by nobody without a verdict."""

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatment_forms.states import OPENABLE, UploadState, Verdict


def new_token() -> str:
    """256 random bits for an address: whoever has it may use it."""
    return secrets.token_urlsafe(32)


class StoredFile(models.Model):
    """Bytes in the private storage with what we know of them."""

    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(_("type"), max_length=100, help_text=_("What the bytes are."))
    stored_name = models.CharField(max_length=200, blank=True)  # empty once the bytes are deleted
    verdict = models.CharField(
        _("safety check"), max_length=12, choices=Verdict.choices, default=Verdict.NOT_YET
    )
    verdict_at = models.DateTimeField(null=True)
    # What the scanner called itself and its signatures, to know whether it has learnt since.
    scanned_with = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_openable(self) -> bool:
        return self.verdict in OPENABLE and bool(self.stored_name)


class Upload(models.Model):
    """A file that arrives piece by piece (tus 1.0). Whole and passed, it is a `StagedFile` with
    the same token, and this row is gone.

    A process appends with one UPDATE that finds `offset` as it last saw it; to check the whole
    file it takes a lease as workers do, so that another can finish what it left.
    """

    token = models.CharField(max_length=64, unique=True, default=new_token)
    form_key = models.UUIDField()
    sender = models.CharField(max_length=64)  # an HMAC of the address
    name = models.CharField(max_length=150)
    length = models.PositiveIntegerField(help_text=_("Bytes announced."))
    offset = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=12, choices=UploadState.choices, default=UploadState.RECEIVING
    )
    fault = models.CharField(max_length=20, blank=True)  # a `Fault`, where it was refused
    lease_token = models.UUIDField(default=uuid.uuid4)
    lease_ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__lte=models.F("length")), name="upload_is_not_longer_than_told"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UploadState.values), name="upload_state_is_known"
            ),
        ]


class UploadPart(models.Model):
    """One piece of an upload. The row is written before its bytes, so that none lie unknown."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=0)
    stored_name = models.CharField(max_length=200)
    # Of two pieces for the same place only one is counted; the other's bytes are deleted.
    is_counted = models.BooleanField(default=False)

    class Meta:
        ordering = ["upload_id", "offset"]


class StagedFile(StoredFile):
    """A file that passed, kept while its sender mends the rest of the form. No request yet."""

    token = models.CharField(max_length=64, unique=True, default=new_token)
    form_key = models.UUIDField()
    staged_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class Attachment(StoredFile):
    """A file of a request. `due_at` says when it is scanned next, None that nothing is due."""

    submission = models.ForeignKey(
        "treatment_forms.Submission", on_delete=models.CASCADE, related_name="attachments"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)
    position = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(default=uuid.uuid4)
    scan_attempts = models.PositiveIntegerField(default=0)
    downloaded_at = models.DateTimeField(null=True)  # the first time, by anybody
    # Since when it is nobody's any more, and why is in the history. Its bytes follow at once, or
    # as soon as the storage is there: `stored_name` is empty then.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["submission_id", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="attachment_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.NOT_YET) | Q(due_at__isnull=False),
                name="unchecked_attachment_is_due_some_time",
            ),
        ]
        indexes = [models.Index("due_at", name="attachment_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.position}"  # never the name: it may be the patient's

    @property
    def is_openable(self) -> bool:
        return super().is_openable and self.deleted_at is None
