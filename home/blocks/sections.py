"""A section of the home page: chosen by an editor, so that the ground knows no page type above."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home.blocks.choosers import PageChooserBlock
from home.blocks.strings import CharBlock
from home.cards import Card, make_cards, readable_pages
from home.publishing import visible

SPARE = 3  # so that a page hidden by the gate leaves no gap in the row


@dataclass(frozen=True)
class Section:
    title: str
    url: str
    cards: list[Card]
    kind: str


class SectionValue(blocks.StructValue):
    def get_section(self, page: Any, request: Any) -> Section | None:
        """The newest pages of the chosen section, or None where nobody may read it."""
        chosen = readable_pages([self["page"]], page) if self["page"] else []
        if not chosen:
            return None
        listed = visible(chosen[0].get_listed()[: self["count"] + SPARE])
        return Section(
            title=self["heading"] or chosen[0].title,
            url=chosen[0].get_url(request) or "",
            cards=make_cards(listed[: self["count"]], request),
            kind=chosen[0].section_kind,
        )


class SectionBlock(blocks.StructBlock):
    page = PageChooserBlock(
        label=_("Section"), help_text=_("Its pages are listed here, the newest first.")
    )
    heading = CharBlock(
        required=False, max_length=120, label=_("Heading"), help_text=_("Empty: its title.")
    )
    count = blocks.IntegerBlock(min_value=1, max_value=12, default=6, label=_("How many"))

    class Meta:
        icon = "list-ul"
        label = _("Section")
        description = _("The newest pages of a section, as cards.")
        template = "components/section.html"
        value_class = SectionValue

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = context.get("page")
        context["section"] = value.get_section(page, context.get("request"))
        return context

    def get_preview_value(self) -> Any:
        from wagtail.models import Page  # not before apps are loaded

        chosen = Page.objects.live().filter(depth=3, numchild__gt=0).first()
        return self.normalize({"page": chosen, "heading": "News", "count": 3})
