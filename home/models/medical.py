"""Pages that talk about treatment, and so must carry the disclaimer."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Site
from wagtail.search import index

from home import request_forms
from home.blocks import MedicalBodyBlock, new_body
from home.blocks.disclaimer import as_key, as_struct
from home.models.base import SitePage
from home.models.disclaimer import Disclaimer, default_disclaimer_id
from home.models.site import SiteSettings, in_locale
from home.publishing import Problem, disclaimer_for, is_servable
from home.publishing.disclaimers import Disclaimers
from home.publishing.serving import alarm
from home.translatable import same, twins, words


class RequestForm(models.TextChoices):
    """Which request form stands below the disclaimer."""

    DEFAULT = "default", _("The site's request form")
    ANOTHER = "another", _("Another form")
    NONE = "none", _("No form")


class MedicalPage(SitePage):
    """A page that talks about treatment, and so must carry the disclaimer.

    The foreign key is the lock that code cannot talk its way past; what must hold on
    publishing only (its language, its approval, its place in the body) is in `publishing`.
    """

    disclaimer = models.ForeignKey(
        "home.Disclaimer",
        on_delete=models.PROTECT,
        default=default_disclaimer_id,
        related_name="+",
        verbose_name=_("disclaimer"),
    )
    body = StreamField(MedicalBodyBlock(), default=new_body, verbose_name=_("body"))
    request_form = models.CharField(
        _("request form"),
        max_length=10,
        choices=RequestForm.choices,
        default=RequestForm.DEFAULT,
        help_text=_("The form a reader can send from this page, below the disclaimer."),
    )
    request_page = models.ForeignKey(  # any page: the ground does not know the form plugin
        Page,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("page of the other form"),
    )

    content_panels = [*SitePage.content_panels, FieldPanel("body")]
    request_panels = [
        FieldPanel("request_form"),
        FieldPanel("request_page", help_text=_("Used when “Another form” is chosen.")),
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    translatable_fields = [
        *SitePage.translatable_fields,
        *words("body"),
        *twins("disclaimer"),
        *same("request_form", "request_page"),
    ]

    shown_request_page: Page | None = None
    known_disclaimers: Disclaimers | None = None
    """All of them, as read when the page was asked for: for what stands around it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.live and kwargs.get("update_fields") is None:
            self.set_disclaimer(Disclaimers.load())  # a live page's is set at the gate
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Not the disclaimer: the page was just given a row that exists."""
        super().clean_fields(exclude={*(exclude or ()), "disclaimer"})

    def set_disclaimer(self, disclaimers: Disclaimers) -> None:
        """Point at the row that the body names, or the default, in the page's language."""
        if self.locale_id is None and self.path:  # a new page, before Wagtail asks its parent
            self.locale = self.get_default_locale()
        named = disclaimers.get_named_by(self)
        if named is not None and self.locale_id is not None:
            self.disclaimer = named

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Keep the row's disclaimer: the one a revision named may be gone by now.

        What the editor chose stands in the body, and `set_disclaimer` takes it from there.
        """
        page: Self = super().with_content_json({**content, "disclaimer": self.disclaimer_id})
        return page

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not without the disclaimer, whatever brought the page here."""
        disclaimers = Disclaimers.load()
        if not is_servable(self, disclaimers):
            alarm(self.pk)
            raise Http404
        self.known_disclaimers = disclaimers
        self.shown_disclaimer = disclaimers.of(self)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    @cached_property
    def shown_disclaimer(self) -> Disclaimer | None:
        """The text as it reads now, in the page's language; None only where serving refuses."""
        return disclaimer_for(self)

    def get_request_page(self, site_settings: SiteSettings | None) -> Page | None:
        """The live page whose form a reader may send from here, in this page's language."""
        if self.request_form == RequestForm.ANOTHER:
            return in_locale(self.request_page, self.locale)
        if self.request_form == RequestForm.NONE or site_settings is None:
            return None
        return site_settings.get_request_page(self.locale)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Before the blocks are rendered: a call to send a request asks whether there is a form.
        site = Site.find_for_request(request)
        self.shown_request_page = self.get_request_page(
            SiteSettings.for_request(request) if site else None
        )
        context = super().get_context(request, *args, **kwargs)
        context["request_page"] = self.shown_request_page
        return context

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        disclaimers = Disclaimers.load()
        self.set_disclaimer(disclaimers)  # as saving would: the editor may have chosen another
        self.known_disclaimers = disclaimers
        self.shown_disclaimer = disclaimers.of(self)
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context

    def publishing_problems(self) -> list[Problem]:
        found = super().publishing_problems()
        if self.request_form != RequestForm.ANOTHER:
            return found
        if self.request_page is None:
            message = _("Choose the page of the other form, or the site's request form.")
            found.append(Problem("request_page", "request_page_missing", message))
        elif request_forms.get_kind(self.request_page) is None:
            message = request_forms.IS_NONE
            found.append(Problem("request_page", "request_page_without_form", message))
        return found

    def chosen_disclaimer_id(self) -> int | None:
        """What the editor chose in the body's DisclaimerBlock, if anything."""
        values = (child["value"] for child in self.body.raw_data if child["type"] == "disclaimer")
        chosen = (as_key(as_struct(value).get("disclaimer")) for value in values)
        return next(filter(None, chosen), None)
