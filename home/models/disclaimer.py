"""The disclaimer: one text for each key and language, and the log of what was shown when."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    Locale,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail_localize.fields import SynchronizedField

DEFAULT_KEY = "general"


def default_disclaimer_id() -> int | None:
    """The disclaimer a new medical page starts with, or None where there is none yet.

    Reads only the key, so that migrations may call it whatever columns come later. The database
    refuses a page saved with None.
    """
    return (
        Disclaimer.objects.filter(
            key=DEFAULT_KEY, locale__language_code=settings.LANGUAGE_CODE
        )
        .values_list("pk", flat=True)
        .first()
    )


def checksum_of(heading: str, body: str) -> str:
    return hashlib.sha256(f"{heading}\n{body}".encode()).hexdigest()


class Disclaimer(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    models.Model,
):
    """What a reader of medical text must be told, in one language.

    `version`, `checksum` and the approval describe the published text and belong to the row, not
    to a revision: only `publish` writes them. A text changed behind its back no longer matches
    its checksum.
    """

    key = models.SlugField(
        _("key"),
        max_length=50,
        help_text=_("Names the disclaimer in every language. Letters, digits and hyphens."),
    )
    heading = models.CharField(_("heading"), max_length=120)
    body = RichTextField(
        _("text"),
        features=["bold", "link"],
        help_text=_("Shown at once on every page with this disclaimer when published."),
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    checksum = models.CharField(max_length=64, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approval_is_demo = models.BooleanField(
        _("demo approval"),
        default=False,
        editable=False,
        help_text=_("Came with the software. Not accepted by production settings."),
    )

    panels = [FieldPanel("key"), FieldPanel("heading"), FieldPanel("body"), PublishingPanel()]
    override_translatable_fields = [SynchronizedField("key", overridable=False)]
    preserved_fields = (
        "version",
        "checksum",
        "approved_by_id",
        "approved_at",
        "approval_is_demo",
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("disclaimer")
        verbose_name_plural = _("disclaimers")
        constraints = [
            models.UniqueConstraint(fields=("key", "locale"), name="one_disclaimer_for_key_locale"),
            models.CheckConstraint(
                condition=~Q(body__regex=r"^(\s|<[^>]*>|&nbsp;)*$"),
                name="disclaimer_body_is_not_blank",
                violation_error_message=_("The disclaimer needs a text."),
            ),
            models.CheckConstraint(
                condition=~Q(heading__regex=r"^\s*$"),
                name="disclaimer_heading_is_not_blank",
                violation_error_message=_("The disclaimer needs a heading."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading} ({self.key})"

    @property
    def is_approved(self) -> bool:
        """Whether somebody whose word counts here stands behind the published text."""
        if self.approval_is_demo and not settings.ACCEPT_DEMO_APPROVALS:
            return False
        return self.approved_at is not None

    @property
    def is_untouched(self) -> bool:
        """Whether the text is what was published, not changed behind the admin's back."""
        return self.checksum == checksum_of(self.heading, self.body)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        obj: Self = super().with_content_json(content)
        for name in self.preserved_fields:
            setattr(obj, name, getattr(self, name))
        return obj

    @transaction.atomic
    def publish(self, revision: Revision, user: Any = None, **kwargs: Any) -> None:
        """Publish the text, count its version up and write it into the log.

        Whoever publishes approves: the permission to publish disclaimers is the permission to
        approve them. A scheduled text counts when it goes live, approved by who scheduled it.
        """
        super().publish(revision, user=user, **kwargs)
        published = type(self).objects.select_for_update().get(pk=self.pk)
        if published.live and published.live_revision_id == revision.pk:
            published.record_publication(user or revision.user)

    def record_publication(self, approver: Any, *, is_demo: bool = False) -> None:
        """Stamp the live row with its next version and append it to the log."""
        now = timezone.now()
        self.version += 1
        self.checksum = checksum_of(self.heading, self.body)
        self.approved_by = approver
        self.approved_at = now if approver or is_demo else None
        self.approval_is_demo = is_demo
        self.save(
            update_fields=[
                "version",
                "checksum",
                "approved_by",
                "approved_at",
                "approval_is_demo",
            ]
        )
        DisclaimerVersion.objects.create(
            disclaimer_key=self.key,
            language_code=self.locale.language_code,
            version=self.version,
            heading=self.heading,
            body=self.body,
            checksum=self.checksum,
            published_at=now,
            approved_by=str(approver or ""),
        )

    def in_locale(self, locale: Locale) -> "Disclaimer | None":
        """The same disclaimer in this language, drafts included, or None."""
        if locale.pk == self.locale_id:
            return self
        translation: Disclaimer | None = self.get_translation_or_none(locale)
        return translation

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "home/preview/disclaimer.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        return {**super().get_preview_context(request, mode_name), "disclaimer": self}


class DisclaimerVersion(models.Model):
    """One published text. Rows are only ever added, so that what was shown can be proved."""

    disclaimer_key = models.SlugField(_("key"), max_length=50)
    language_code = models.CharField(_("language"), max_length=100)
    version = models.PositiveIntegerField(_("version"))
    heading = models.CharField(_("heading"), max_length=120)
    body = models.TextField(_("text"))
    checksum = models.CharField(_("checksum"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("published disclaimer text")
        verbose_name_plural = _("published disclaimer texts")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=("disclaimer_key", "language_code", "version"),
                name="one_text_for_each_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.disclaimer_key} {self.language_code} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("published texts are only ever added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("published texts are never deleted")
