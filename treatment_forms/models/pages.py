"""The page with the form, an editor's."""

import logging
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import RichTextField
from wagtail.models import Page

from treatment_forms import conf, localize
from treatment_forms.errors import FormRefused
from treatment_forms.forms import FormSpec, VisitorForm, build_form
from treatment_forms.models import going_live, same
from treatment_forms.models.consents import approve_wording
from treatment_forms.models.editing import FormPageForm
from treatment_forms.models.fields import FIELDS, TreatmentFormField
from treatment_forms.models.same import SAME_IN_ALL_LANGUAGES
from treatment_forms.tokens import make_form_token

logger = logging.getLogger(__name__)

MAX_FILES = 10
SHORT_TEXT = ["bold", "italic", "link"]
LONG_TEXT = [*SHORT_TEXT, "ol", "ul"]


def validate_addresses(text: str) -> None:
    """One e-mail address a line."""
    for address in text.split():
        validate_email(address)
        if len(address) > 254:  # what a delivery can hold
            raise ValidationError(_("An e-mail address has 254 letters at most."))


def max_megabytes() -> int:
    return int(conf.get("MAX_FILE_BYTES")) // conf.MIB


def max_retention_days() -> int:
    return int(conf.get("RETENTION_MAX_DAYS"))


class TreatmentFormPage(Page):
    """A form that patients send their request with.

    Not one of Wagtail's own form pages: those keep what visitors wrote where everybody who
    may edit the page can list, export and delete it. `wagtail_hooks` serves it.
    """

    class FilesInMail(models.TextChoices):
        LINK = "link", _("Links to the files")
        ATTACH = "attach", _("The files themselves, up to 7 MB; links for the rest")

    allowed_http_methods = ["GET", "HEAD", "POST"]
    template = "treatment_forms/treatment_form_page.html"
    subpage_types: list[str] = []
    base_form_class = FormPageForm
    preview_modes = [("", _("Form")), ("thanks", _("Thanks page"))]

    intro = RichTextField(
        _("introduction"),
        blank=True,
        features=LONG_TEXT,
        help_text=_("Above the form, on its own page only."),
    )
    pitch_heading = models.CharField(_("heading"), max_length=120, default=_("Application"))
    pitch = models.CharField(
        _("offer"),
        max_length=300,
        blank=True,
        default=_(
            "You choose the clinic — we’ll take care of travel and treatment arrangements "
            "and all the paperwork"
        ),
    )
    button_label = models.CharField(
        _("button"),
        max_length=60,
        default=_("Send a request"),
        help_text=_("Also stands as the heading of the form."),
    )
    form_intro = models.CharField(
        _("text above the fields"),
        max_length=300,
        blank=True,
        default=_(
            "You choose the clinic — we’ll take care of travel and treatment arrangements "
            "and all the paperwork."
        ),
    )
    disclosure = RichTextField(
        _("who arranges, and who pays us"),
        blank=True,
        features=SHORT_TEXT,
        help_text=_(
            "Below the form: who arranges the treatment, who pays us for it, and whether the "
            "clinics named on our pages are partners of ours."
        ),
    )
    max_files = models.PositiveSmallIntegerField(
        _("number of files"),
        default=MAX_FILES,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_FILES)],
    )
    max_file_mb = models.PositiveSmallIntegerField(
        _("size of a file (MB)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(max_megabytes)],
    )
    upload_error_help = models.CharField(
        _("help when files do not work"),
        max_length=300,
        blank=True,
        default=_("If you encounter an error, please submit the form without attachments."),
        help_text=_("Follows the sentence about the limits, which is made from them."),
    )
    recipients = models.TextField(
        _("recipients"),
        validators=[validate_addresses],
        help_text=_("Who gets the requests by mail: one e-mail address on each line."),
    )
    fallback_recipient = models.EmailField(
        _("fallback recipient"),
        blank=True,
        help_text=_("Who is told when a mail to the recipients does not arrive."),
    )
    files_in_mail = models.CharField(
        _("files in mail"), max_length=10, choices=FilesInMail.choices, default=FilesInMail.LINK
    )
    text_in_mail = models.BooleanField(
        _("answers in mail"),
        default=False,
        help_text=_(
            "Mail is not private. Unless this is on, it holds the reference, the topic and links."
        ),
    )
    thanks = RichTextField(
        _("what happens next"),
        features=LONG_TEXT,
        blank=True,
        help_text=_("On the page that follows a sent request, below its reference."),
    )
    answer_time = models.CharField(
        _("when to expect an answer"),
        max_length=200,
        blank=True,
        default=_("We answer within two working days."),
    )
    emergency_note = models.CharField(
        _("emergency note"),
        max_length=300,
        default=_(
            "This form is not for emergencies. In an emergency, call your local emergency number."
        ),
    )
    contacts = RichTextField(
        _("other ways to reach us"),
        features=LONG_TEXT,
        blank=True,
        help_text=_("Telephone, WhatsApp, Telegram. Also shown when the form cannot be sent."),
    )
    auto_reply = models.TextField(
        _("automatic reply"),
        blank=True,
        help_text=_("Sent to the patient with the reference. Never holds what they wrote."),
    )
    retention_days_files = models.PositiveSmallIntegerField(
        _("days to keep files"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(max_retention_days)],
        help_text=_("Empty: as the site is set up."),
    )
    retention_days_data = models.PositiveSmallIntegerField(
        _("days to keep requests"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(max_retention_days)],
        help_text=_("Empty: as the site is set up."),
    )
    closed_countries = CountryField(
        verbose_name=_("closed countries"),
        multiple=True,
        blank=True,
        help_text=_("Requests from these countries are refused politely."),
    )

    # The days to keep things get their panels with the code that acts on them: an editor must not
    # be offered a promise that nothing keeps.
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    FieldPanel("intro"),
                    MultiFieldPanel(
                        [
                            FieldPanel("pitch_heading"),
                            FieldPanel("pitch"),
                            FieldPanel("button_label"),
                            FieldPanel("form_intro"),
                            FieldPanel("disclosure"),
                        ],
                        heading=_("The block with the form"),
                    ),
                ],
                heading=_("Content"),
            ),
            ObjectList(
                [
                    InlinePanel("fields", heading=_("Fields"), label=_("Field"), min_num=1),
                    FieldRowPanel(
                        [FieldPanel("max_files"), FieldPanel("max_file_mb")], heading=_("Files")
                    ),
                    FieldPanel("upload_error_help"),
                ],
                heading=_("Fields"),
            ),
            ObjectList(
                [
                    FieldPanel("recipients"),
                    FieldPanel("fallback_recipient"),
                    FieldPanel("files_in_mail"),
                    FieldPanel("text_in_mail"),
                ],
                heading=_("Delivery"),
            ),
            ObjectList(
                [
                    FieldPanel("thanks"),
                    FieldPanel("answer_time"),
                    FieldPanel("auto_reply"),
                    FieldPanel("emergency_note"),
                    FieldPanel("contacts"),
                ],
                heading=_("Answers to the patient"),
            ),
            ObjectList([FieldPanel("closed_countries")], heading=_("Privacy")),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
    override_translatable_fields = localize.synchronized("slug", *SAME_IN_ALL_LANGUAGES)

    class Meta:
        verbose_name = _("request form")
        verbose_name_plural = _("request forms")

    is_found_shown = False
    """Whether somebody has asked `standing` in this request, and it said yes."""

    publisher: Any = None
    """Who publishes this version, while it is being published; see `going_live`."""

    def begin_with_words(self) -> None:
        """The texts that a new form begins with, in the language of this moment for good."""
        for one in self._meta.concrete_fields:
            if isinstance(one.default, Promise):
                setattr(self, one.attname, str(one.default))

    def publish(
        self,
        revision: Any,
        user: Any = None,
        changed: bool = True,
        log_action: bool = True,
        previous_revision: Any = None,
        skip_permission_checks: bool = False,
    ) -> Any:
        action = going_live.Publishing(
            revision,
            user=user,
            changed=changed,
            log_action=log_action,
            previous_revision=previous_revision,
        )
        return action.execute(skip_permission_checks=skip_permission_checks)

    @transaction.atomic
    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """Every door comes through here: what visitors would see is judged before it is written."""
        fields = kwargs.get("update_fields")
        if not self.live or (fields is not None and not going_live.SHOWN & set(fields)):
            return super().save(clean=clean, **kwargs)
        if fields is None:
            same.take(self)
        if clean and not self.fields.all():
            raise ValidationError({"fields": _("A form needs fields before it is published.")})
        verdict = going_live.judge(self)
        if verdict.problems:
            return self.save_refused(verdict, clean=clean, **kwargs)
        saved = super().save(clean=clean, **kwargs)
        for text in verdict.unapproved:
            approve_wording(text, self.locale.language_code, by=verdict.approver)
        if fields is None:
            same.carry(self)
        return saved

    def save_refused(self, verdict: Any, **kwargs: Any) -> Any:
        """Refuse it, unless nobody asked to publish.

        A new row is a copy or an alias, and an alias follows its original: as drafts they are
        safe, where an error would undo the copy, or the publishing of the original.
        wagtail-localize writes its draft straight over the live row: visitors keep what they had.
        """
        if self._state.adding or self.alias_of_id:
            self.live, self.live_revision, self.has_unpublished_changes = False, None, True
            codes = ", ".join(problem.code for problem in verdict.problems)
            logger.warning("Form %s is kept as a draft: %s", self.pk, codes)
            return super().save(**kwargs)
        if verdict.is_publishing or not localize.is_held(self):
            raise FormRefused(self, verdict.refusal)
        return super().save(clean=False, update_fields=list(SAME_IN_ALL_LANGUAGES))

    @property
    def recipient_list(self) -> list[str]:
        """Without repeats, in the written order."""
        return list(dict.fromkeys(self.recipients.split()))

    @property
    def max_file_bytes(self) -> int:
        return min(self.max_file_mb * conf.MIB, int(conf.get("MAX_FILE_BYTES")))

    @property
    def attach_help(self) -> str:
        """Made from the limits, so that it cannot promise anything else."""
        words = ngettext(
            "You can upload %(count)s file of up to %(size)s\u202fMB.",
            "You can upload up to %(count)s files, each up to %(size)s\u202fMB.",
            self.max_files,
        )
        return words % {"count": self.max_files, "size": self.max_file_mb}

    @property
    def form_token(self) -> str:
        """Says, signed, that somebody was shown this form, and when."""
        return make_form_token(self.translation_key)

    @property
    def uploads_url(self) -> str:
        """Where files of this form can be sent piece by piece, and in which language we answer;
        empty where nobody takes them."""
        try:
            address = reverse(f"{conf.get('API_NAMESPACE')}:uploads")
        except NoReverseMatch:
            return ""
        return f"{address}?locale={get_language() or settings.LANGUAGE_CODE}"

    @cached_property
    def form_class(self) -> type[VisitorForm]:
        """The visitor's form. Costs a query for the fields and one for each page list."""
        closed = {*conf.get("CLOSED_COUNTRIES"), *(one.code for one in self.closed_countries)}
        spec = FormSpec(
            rows=self.shown_fields,
            closed_countries=frozenset(closed),
            attach_help=self.attach_help,
            upload_error_help=self.upload_error_help,
        )
        return build_form(spec)

    @cached_property
    def shown_fields(self) -> list[TreatmentFormField]:
        """In the editor's order; of a page that is being edited those that are in its form."""
        held = getattr(self, "_cluster_related_objects", None)  # modelcluster's
        if held or self.pk is None:
            return list(self.fields.all())
        return FIELDS.find(TreatmentFormField, self.pk)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form") or self.form_class()
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "form_page": self, "form": form}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        if mode_name == "thanks":
            return "treatment_forms/thanks.html"
        return str(super().get_preview_template(request, mode_name))

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context = self.get_context(request)
        return {**context, "reference": "TR-0000-0000", "files_in_check": True}
