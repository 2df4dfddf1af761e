"""What this site adds to Wagtail: its admin's pages, and what holds before a page is served."""

from typing import Any

from wagtail import hooks
from wagtail.models import Page

from home import checklist_admin, gate_admin, snippet_admin, translation_admin
from home.privacy import get_restrictions
from home.rich_text import ReadersPageLinkHandler

__all__ = ["checklist_admin", "gate_admin", "snippet_admin", "translation_admin"]


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own
def lead_to_the_readers_language(features: Any) -> None:
    features.register_link_type(ReadersPageLinkHandler)


@hooks.register("before_serve_page", order=-50)
def keep_private_in_every_language(page: Page, *args: Any) -> None:
    """Wagtail asks the page who may read it; the page, of whatever type, answers for its twins."""
    page.get_view_restrictions = lambda: get_restrictions(page)
