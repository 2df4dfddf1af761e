"""What is remembered of translations: what is live, and who stands for a machine's words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from home.translations.origin import Origin, TranslationState


class TranslationRecord(models.Model):
    """Of one live page or snippet in one language: where its words come from.

    Written when it goes live, and marked stale when its original does. A row for each translation
    key and language, whatever model it belongs to: such keys are unique among all.
    """

    translation_key = models.UUIDField()
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    is_stale = models.BooleanField(default=False)
    text_checksum = models.CharField(max_length=64, blank=True)
    source_locale = models.ForeignKey(
        "wagtailcore.Locale", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source_checksum = models.CharField(max_length=64, blank=True)
    source_facts = models.CharField(max_length=64, blank=True)
    source_revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source_revision_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=255, blank=True)
    accepted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("translation_key", "locale"), name="one_record_for_each_translation"
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=Origin.values), name="origin_of_record_is_known"
            ),
        ]

    @property
    def state(self) -> TranslationState:
        return TranslationState(
            origin=Origin(self.origin),
            is_stale=self.is_stale,
            source_revision_at=self.source_revision_at,
            accepted_by=self.accepted_by,
            accepted_at=self.accepted_at,
        )


class AcceptedText(models.Model):
    """Somebody read this very text, at this place, in this language, and stands for it.

    For words of a machine, and for words that are the same in both languages. The name stays when
    the account is deleted.
    """

    translation_key = models.UUIDField()
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    path = models.TextField(_("place"))
    checksum = models.CharField(max_length=64)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_by_name = models.CharField(_("accepted by"), max_length=255)
    accepted_at = models.DateTimeField(_("accepted at"))

    class Meta:
        indexes = [
            models.Index(fields=("translation_key", "locale"), name="accepted_texts_of_a_row")
        ]
