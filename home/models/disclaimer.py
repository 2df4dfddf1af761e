"""The disclaimer: one text for each key and language, and the log of what was shown when."""

import hashlib
from html import unescape
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.admin.panels import FieldPanel
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

from home.models.fields import RichTextField
from home.publishing import DisclaimerInUse, Problem, PublishRefused
from home.publishing.problem import as_problems
from home.publishing.refusals import note
from home.publishing.usage import get_pages_showing
from home.publishing.words import translation_problems
from home.rows import refuse_taken
from home.translatable import same, words

DEFAULT_KEY = "general"


# A save of none of these changes what readers are shown.
GUARDED_FIELDS = frozenset(
    {"live", "heading", "body", "locale_id", "translation_key", "checksum", "approved_at"}
)

NOBODY_APPROVES = Problem(
    "__all__",
    "nobody_approves",
    _("A changed disclaimer is published by a medical reviewer, who approves it by publishing."),
)


def default_disclaimer_id() -> int | None:
    """The disclaimer a new medical page starts with, or None where there is none yet.

    Reads only the key, so that migrations may call it whatever columns come later. The database
    refuses a page saved with None.
    """
    return (
        Disclaimer.objects.filter(key=DEFAULT_KEY, locale__language_code=settings.LANGUAGE_CODE)
        .values_list("pk", flat=True)
        .first()
    )


def checksum_of(language_code: str, heading: str, body: str) -> str:
    """What an approval is bound to: these words, in this language.

    Without the language, a copy made for translating would carry the approval of the original.
    """
    return hashlib.sha256(f"{language_code}\n{heading}\n{body}".encode()).hexdigest()


def is_blank(html: str) -> bool:
    """Whether a reader would see nothing: tags, spaces and their entities only."""
    return not unescape(strip_tags(html)).strip()


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

    # No publishing panel: publishing is approving, which nobody does by a clock, and a text that
    # expired would take its pages with it.
    panels = [FieldPanel("key"), FieldPanel("heading"), FieldPanel("body")]
    translatable_fields = [*words("heading", "body"), *same("key")]
    # A legal text is translated by a person and approved as a whole, never string by string.
    localize_default_translation_mode = "simple"
    approval_fields = ("version", "checksum", "approved_by", "approved_at", "approval_is_demo")
    exclude_fields_in_copy = list(approval_fields)

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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse what would reword a published text unapproved, or take it from live pages."""
        fields = kwargs.get("update_fields")
        named = {*(fields or ()), *(f"{name}_id" for name in fields or ())}
        if not self._state.adding and (fields is None or GUARDED_FIELDS & named):
            self.keep_promises(Disclaimer.objects.select_for_update().get(pk=self.pk))
        super().save(*args, **kwargs)

    def keep_promises(self, stored: "Disclaimer") -> None:
        if not stored.live:
            return
        # wagtail-localize saves its words straight over the row, with the original's where it
        # has none, before it publishes or takes down.
        if not self.has_same_words_as(stored) and not self.is_untouched:
            raise note(PublishRefused(self, [NOBODY_APPROVES]))
        if not self.still_serves(stored):
            refusal = stored.get_refusal_to_withdraw()
            if refusal is not None:
                raise note(refusal)

    def has_same_words_as(self, other: "Disclaimer") -> bool:
        return (self.heading, self.body) == (other.heading, other.body)

    @property
    def is_default(self) -> bool:
        """Whether new medical pages start with this one; see `default_disclaimer_id`."""
        return self.key == DEFAULT_KEY and self.locale.language_code == settings.LANGUAGE_CODE

    @property
    def is_approved(self) -> bool:
        """Whether somebody whose word counts here stands behind the published text."""
        if self.approval_is_demo and not settings.ACCEPT_DEMO_APPROVALS:
            return False
        return self.approved_at is not None

    @property
    def is_untouched(self) -> bool:
        """Whether the text is what was published, not changed behind the admin's back."""
        return self.checksum == self.get_text_checksum()

    @property
    def is_valid(self) -> bool:
        """Whether readers may be shown this row as it stands."""
        return self.live and self.is_approved and self.is_untouched and not is_blank(self.body)

    def get_text_checksum(self) -> str:
        return checksum_of(self.locale.language_code, self.heading, self.body)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Approvals belong to the row, not to a revision."""
        obj: Self = super().with_content_json(content)
        obj.take_approval_of(self)
        return obj

    def take_approval_of(self, other: "Disclaimer") -> None:
        for name in self.approval_fields:
            setattr(self, name, getattr(other, name))

    def clean(self) -> None:
        super().clean()
        refuse_taken(self, "key", _("This language has a disclaimer with this key already."))
        errors = {}
        if is_blank(self.body):
            errors["body"] = _("The disclaimer needs a text.")
        if self.go_live_at or self.expire_at:
            errors["__all__"] = _("A disclaimer is published and withdrawn by a person, now.")
        if errors:
            raise ValidationError(errors)

    def still_serves(self, stored: "Disclaimer") -> bool:
        """Whether the pages that show the stored row could show this one instead."""
        changed = {name for name in GUARDED_FIELDS if getattr(self, name) != getattr(stored, name)}
        return not changed or (self.is_valid and not changed & {"locale_id", "translation_key"})

    def get_refusal_to_withdraw(self) -> DisclaimerInUse | None:
        """Why this text cannot be taken away, or None where no live page shows it."""
        pages, count = get_pages_showing(self)
        if not count:
            return None
        problem = Problem(
            "__all__",
            "disclaimer_in_use",
            ngettext(
                "“%(disclaimer)s” stands on %(count)d live page: %(pages)s. Unpublish the page,"
                " or publish another text here.",
                "“%(disclaimer)s” stands on %(count)d live pages: %(pages)s. Unpublish the pages,"
                " or publish another text here.",
                count,
            )
            % {
                "disclaimer": self,
                "count": count,
                "pages": ", ".join(str(page) for page in pages)
                + ("…" if count > len(pages) else ""),
            },
        )
        return DisclaimerInUse(self, problem, pages, count)

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """In one transaction, so that a refusal leaves nothing half done."""
        with transaction.atomic():
            super().unpublish(*args, **kwargs)

    def publish(
        self,
        revision: Revision,
        user: Any = None,
        skip_permission_checks: bool = False,
        **kwargs: Any,
    ) -> None:
        """Publish the text, count its version up and write it into the log.

        Whoever publishes approves: the permission to publish disclaimers is the permission to
        approve them. Where nobody is named (wagtail-localize), it is the author of the revision,
        if they hold that permission.
        """
        ApproveAndPublish(revision, user=user, **kwargs).execute(
            skip_permission_checks=skip_permission_checks
        )

    def stamp(self, approver: Any, *, is_demo: bool = False) -> None:
        """Bind the approval to the words as they are. The caller saves."""
        logged = DisclaimerVersion.objects.filter(
            disclaimer_key=self.key, language_code=self.locale.language_code
        ).aggregate(last=models.Max("version"))["last"]
        self.version = max(self.version, logged or 0) + 1
        self.checksum = self.get_text_checksum()
        self.approved_by = approver
        self.approved_at = timezone.now()
        self.approval_is_demo = is_demo

    def write_log(self) -> None:
        DisclaimerVersion.objects.create(
            disclaimer_key=self.key,
            language_code=self.locale.language_code,
            version=self.version,
            heading=self.heading,
            body=self.body,
            checksum=self.checksum,
            published_at=self.approved_at or timezone.now(),
            approved_by=str(self.approved_by or ""),
        )

    @transaction.atomic
    def accept_demo(self) -> None:
        """Publish a demo text as it stands. Production settings do not count such an approval."""
        self.stamp(None, is_demo=True)
        self.live = True
        self.save()
        self.write_log()

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


class ApproveAndPublish(PublishRevisionAction):
    """Wagtail's publishing, with the approval inside its transaction."""

    @transaction.atomic
    def execute(self, skip_permission_checks: bool = False) -> None:
        self.check(skip_permission_checks=skip_permission_checks)
        stored = Disclaimer.objects.select_for_update().get(pk=self.object.pk)
        self.object.take_approval_of(stored)
        self.approve()
        super().execute(skip_permission_checks=True)

    def approve(self) -> None:
        """Stamp the text, or refuse it: blank, scheduled, another language's, or changed and nobody
        stands for it."""
        try:
            self.object.clean()
        except ValidationError as error:
            raise note(PublishRefused(self.object, as_problems(error))) from error
        foreign = translation_problems(self.object)
        if foreign:
            raise note(PublishRefused(self.object, foreign))
        approver = self.get_approver()
        self.is_approving = approver is not None
        if self.is_approving:
            self.object.stamp(approver)
        elif not (self.object.is_approved and self.object.is_untouched):
            raise note(PublishRefused(self.object, [NOBODY_APPROVES]))

    def get_approver(self) -> Any | None:
        author = self.revision.user
        if self.user or author is None:
            return self.user
        may_publish = self.permission_policy.user_has_permission(author, "publish")
        return author if may_publish else None

    def _after_publish(self) -> None:
        super()._after_publish()
        if self.is_approving:
            self.object.write_log()


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
