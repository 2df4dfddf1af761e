from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms import clamd
from cms.health import check_clamd
from cms.previews import PreviewLinkMenuItem, PreviewLinkView


@hooks.register("before_serve_page", order=-100)
def refuse_foreign_language(
    page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> None:
    """A page has one address: under the prefix of its own language.

    Where a language has no tree yet, Wagtail would serve the default one's under its prefix.
    """
    if page.locale.language_code != get_language():
        raise Http404


class ScannerPanel(Component):
    """Tells every member of staff that files are not being checked, and what mends it."""

    name = "scanner"
    template_name = "cms/panels/scanner.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"state": check_clamd(), "install": clamd.INSTALL}


@hooks.register("construct_homepage_panels")
def add_scanner_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(ScannerPanel())


@hooks.register("register_admin_urls")
def register_previews() -> list[URLPattern]:
    view = PreviewLinkView.as_view()
    return [path("pages/<int:page_id>/preview-in-app/", view, name="preview_links")]


@hooks.register("register_page_header_buttons")
def add_preview_button(page: Page, user: Any, **kwargs: Any) -> Iterator[PreviewLinkMenuItem]:
    yield PreviewLinkMenuItem(page=page)
