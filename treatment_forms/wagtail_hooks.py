"""What the plugin adds to Wagtail, on both sides: the visitors' form and the coordinators' desk."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from wagtail import hooks
from wagtail.actions.registry import ActionRegistry
from wagtail.models import Page
from wagtail.signals import init_new_page

import treatment_forms.desk.hooks
import treatment_forms.rehearsal.hooks  # noqa: F401  (registers the editors' test request)
from treatment_forms import again, views
from treatment_forms.models import TreatmentFormPage, default_fields, going_live

Serve = Callable[[Page, HttpRequest, list[Any], dict[str, Any]], HttpResponse]


# Not `before_serve_page`: those hooks run before Wagtail looks whether the page is private.
@hooks.register("on_serve_page", order=100)
def serve_forms(callback: Serve) -> Serve:
    def serve(
        page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        if isinstance(page, TreatmentFormPage):
            return views.serve(request, page)
        return callback(page, request, args, kwargs)

    return serve


@hooks.register("on_serve_page", order=-100)
def serve_repeats(callback: Serve) -> Serve:
    """Outside Wagtail's lock: whoever sent a form before it was closed is told so again."""

    def serve(
        page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        response = callback(page, request, args, kwargs)
        if not isinstance(page, TreatmentFormPage) or views.was_reached(request):
            return response
        return again.answer(request, lambda _request: page) or response

    return serve


@hooks.register("register_actions")
def register_actions(registry: ActionRegistry) -> None:
    registry.register(TreatmentFormPage, going_live.Publishing)


def begin_with_fields(sender: Any, page: Page, **kwargs: Any) -> None:
    """A new form in the admin begins with the usual words and fields, the editor's to change.

    In the language of the page: the editor's own may be another, and publishing approves consents.
    """
    if isinstance(page, TreatmentFormPage):
        with override(going_live.get_language(page)):
            page.begin_with_words()
            page.fields = default_fields()


init_new_page.connect(begin_with_fields, dispatch_uid="treatment_forms.begin_with_fields")
