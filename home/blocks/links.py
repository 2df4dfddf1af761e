"""Ways on from a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home.blocks.choosers import PageChooserBlock
from home.blocks.strings import CharBlock, TextBlock
from home.cards import make_cards, readable_pages

GROUP = _("Links")


class RelatedPagesBlock(blocks.StructBlock):
    heading = CharBlock(required=False, max_length=120, label=_("Heading"))
    pages = blocks.ListBlock(
        PageChooserBlock(label=_("Page")), min_num=1, max_num=6, label=_("Pages")
    )

    class Meta:
        icon = "doc-full"
        group = GROUP
        label = _("Related pages")
        description = _("Up to six pages of this site, shown as cards.")
        template = "components/related_pages.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        pages = readable_pages([page for page in value["pages"] if page], context.get("page"))
        context["cards"] = make_cards(pages, context.get("request"))
        return context

    def get_preview_value(self) -> Any:
        from wagtail.models import Page  # not before apps are loaded

        pages = list(Page.objects.live().filter(depth__gt=2).order_by("-pk")[:3])
        return self.normalize({"heading": "Read on", "pages": pages})


class RequestCallBlock(blocks.StructBlock):
    heading = CharBlock(required=False, max_length=120, label=_("Heading"))
    text = TextBlock(required=False, label=_("Text"))
    button = CharBlock(max_length=60, default=_("Send a request"), label=_("Button"))

    class Meta:
        icon = "mail"
        group = GROUP
        label = _("Call to send a request")
        description = _("A button that leads to the request form of this page.")
        template = "components/request_call.html"
        preview_value = {
            "heading": "Not sure which clinic?",
            "text": "Tell us what it is about; we answer within one working day.",
            "button": "Send a request",
        }

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["request_url"] = _request_url(context.get("page"))
        return context


def _request_url(page: Any) -> str:
    """Where the button leads: the form on the page itself, if it has one."""
    if page is None:
        return "#request"  # the preview in the block chooser
    return "#request" if getattr(page, "shown_request_page", None) else ""
