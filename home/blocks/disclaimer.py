"""Where the disclaimer stands in a page. The text itself is never part of the page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from home.blocks.strings import RichTextBlock


class DisclaimerChooserBlock(SnippetChooserBlock):
    """Names no disclaimer where a hand in the database wrote what is no key."""

    canonical_module_path = "wagtail.snippets.blocks.SnippetChooserBlock"  # the same to a migration

    def to_python(self, value: Any) -> Any:
        return super().to_python(as_key(value))

    def bulk_to_python(self, values: Any) -> Any:
        return super().bulk_to_python([as_key(value) for value in values])


class DisclaimerBlock(blocks.StructBlock):
    disclaimer = DisclaimerChooserBlock(
        "home.Disclaimer",
        required=False,
        label=_("Disclaimer"),
        help_text=_("Empty: the site's general one. Its text is kept among the snippets."),
    )
    addendum = RichTextBlock(
        required=False,
        features=["bold", "link"],
        label=_("Added for this page"),
        help_text=_("Stands below the disclaimer; it never replaces it."),
    )

    class Meta:
        icon = "warning"
        group = _("Required")
        label = _("Disclaimer")
        description = _("Every medical page has it once. Move it where readers will see it.")
        template = "components/disclaimer.html"
        preview_value = {"disclaimer": None, "addendum": ""}

    def to_python(self, value: Any) -> Any:
        return super().to_python(as_struct(value))

    def bulk_to_python(self, values: Any) -> Any:
        return super().bulk_to_python([as_struct(value) for value in values])

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["disclaimer"] = _disclaimer_of(context.get("page"))
        context["addendum"] = value["addendum"]
        context["anchor"] = "disclaimer"
        return context


def as_key(value: Any) -> int | None:
    """A number that a database can hold, or nothing."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 19 else None


def as_struct(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _disclaimer_of(page: Any) -> Any:
    """The text that a reader of this page is shown, resolved now."""
    from home.models import Disclaimer, default_disclaimer_id  # not before apps are loaded

    if page is not None:
        return page.shown_disclaimer
    default = default_disclaimer_id()
    return Disclaimer.objects.filter(pk=default, live=True).first() if default else None
