"""Where the disclaimer stands in a page. The text itself is never part of the page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class DisclaimerBlock(blocks.StructBlock):
    disclaimer = SnippetChooserBlock(
        "home.Disclaimer",
        required=False,
        label=_("Disclaimer"),
        help_text=_("Leave empty for the page's own. The text is kept in Snippets."),
    )
    addendum = blocks.RichTextBlock(
        required=False,
        features=["bold", "link"],
        label=_("Added for this page"),
        help_text=_("Stands below the disclaimer; it never replaces it."),
    )

    class Meta:
        icon = "warning"
        label = _("Disclaimer")
        template = "components/disclaimer.html"
