"""What must happen around a posted form, before and after Wagtail's own view."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from treatment_forms import again, routes, views
from treatment_forms.errors import FormRefused
from treatment_forms.http import keep_private
from treatment_forms.models import TreatmentFormPage

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # what CsrfViewMiddleware lets pass
NOT_OURS = (Http404, PermissionDenied, SuspiciousOperation)


class FormPostMiddleware:
    """Stands before CsrfViewMiddleware, which would read the whole body and set a cookie.

    A form post has no authority of its visitor's to misuse: no session or cookie counts for it.
    Posts that another site makes are refused by the view, told by their headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            say_not_allowed(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method in SAFE or not match or match.url_name != "wagtail_serve":
            return None
        path = kwargs.get("path", args[0] if args else "")
        try:
            found = routes.find(request, path)  # kept on the request for the view
            if found is None and (told := again.answer(request, routes.find_closed, path)):
                return told
        except views.DOWN:
            return keep_private(views.say_down(request, None, None))
        if found and (refusal := found.page.check_request_method(request)):
            return cast(HttpResponse, refusal)  # Wagtail asks later: a 403 would come before it
        if found and isinstance(found.page, TreatmentFormPage):
            request.treatment_form_page = found.page  # type: ignore[attr-defined]  # ours
        elif found:
            return None
        # A draft is told apart from nothing at all by no check: both are not found.
        request.csrf_processing_done = True  # type: ignore[attr-defined]  # CsrfViewMiddleware's
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, FormRefused):
            return say_form_refused(request, error)
        page = getattr(request, "treatment_form_page", None)
        if page is None or isinstance(error, NOT_OURS):
            return None
        if isinstance(error, views.DOWN):
            body = getattr(request, "treatment_form_body", None)
            return keep_private(views.say_down(request, page, body))
        return views.fail(request, error)


def say_not_allowed(response: HttpResponse) -> None:
    """Django's answer has no words. A person's browser sends no such thing: plain ones will do."""
    response.content = _("This address takes no such request.")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"


def say_form_refused(request: HttpRequest, error: FormRefused) -> HttpResponse:
    """Some doors of the admin know no way to say why a page cannot be published."""
    if not request.accepts("text/html"):  # autosave, in the shape that Wagtail's editor reads
        told = {"success": False, "error_code": "refused", "errors": error.message_dict}
        return JsonResponse({**told, "error_message": " ".join(error.messages)}, status=400)
    text = _("“%(title)s” is not published: %(reasons)s")
    reasons = {"title": error.page.title, "reasons": " ".join(error.messages)}
    messages.error(request, text % reasons)
    if TreatmentFormPage.objects.filter(pk=error.page.pk).exists():
        return redirect("wagtailadmin_pages:edit", error.page.pk)
    return redirect("wagtailadmin_home")
