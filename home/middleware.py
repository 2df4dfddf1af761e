"""A refusal in the admin is an answer, never a server error."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_valid_next_url_from_request

from home.publishing import InUse, Refused, refusals

NOT_ALLOWED = 400  # what the editor's autosave takes for an answer


class RefusalMiddleware:
    """Tells who works in the admin what was refused, and leads to where it is mended.

    Also what the view kept to itself: see `home.publishing.refusals`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_admin(request):
            return self.get_response(request)
        with refusals.noted() as notes:
            response = self.get_response(request)
        if request.accepts("text/html"):  # the answer to an autosave shows no messages
            for refusal in without_repeats(notes):
                tell(request, refusal)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_admin(request) or not isinstance(exception, ValidationError | ProtectedError):
            return None
        if not request.accepts("text/html"):
            return as_json(exception)
        if isinstance(exception, Refused):  # told on the way out, as all that were noted
            return redirect(get_way_back(request, exception.instance))
        messages.error(request, " ".join(get_reasons(exception)))
        return redirect(get_way_back(request, None))


def is_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("wagtailadmin_home"))


def without_repeats(notes: list[Refused]) -> list[Refused]:
    by_matter = {(type(n.instance), n.instance.pk, tuple(n.messages)): n for n in notes}
    return list(by_matter.values())


def tell(request: HttpRequest, refusal: Refused) -> None:
    """A message with every reason, and buttons that lead to where it is mended."""
    finder = AdminURLFinder(request.user)
    places = refusal.pages if isinstance(refusal, InUse) else [refusal.instance]
    buttons = [
        messages.button(url, _("Edit “%(title)s”") % {"title": place})
        for place in places
        if (url := get_edit_url(finder, place))
    ]
    messages.error(request, describe(refusal), buttons=buttons)


def describe(refusal: Refused) -> SafeString:
    if isinstance(refusal, InUse):
        return format_html("{}", refusal.messages[0])
    return format_html(
        "{} <ul>{}</ul>",
        _("“%(title)s” is not published:") % {"title": refusal.instance},
        format_html_join("", "<li>{}</li>", ([m] for m in refusal.messages)),
    )


def get_reasons(exception: ValidationError | ProtectedError) -> list[str]:
    return (
        exception.messages if isinstance(exception, ValidationError) else [str(exception.args[0])]
    )


def as_json(exception: ValidationError | ProtectedError) -> JsonResponse:
    """In the shape that Wagtail's editor reads."""
    answer: dict[str, Any] = {
        "success": False,
        "error_code": "refused",
        "error_message": " ".join(get_reasons(exception)),
    }
    if isinstance(exception, Refused):
        answer["errors"] = exception.message_dict
    return JsonResponse(answer, status=NOT_ALLOWED)


def get_way_back(request: HttpRequest, instance: Any) -> str:
    """Where it is mended; else where they wanted to go; else the admin's first page."""
    url = get_edit_url(AdminURLFinder(request.user), instance) if instance is not None else None
    return url or get_valid_next_url_from_request(request) or reverse("wagtailadmin_home")


def get_edit_url(finder: AdminURLFinder, instance: Any) -> str | None:
    """The edit view, for a row that is there (a refusal may have undone its creation)."""
    if instance.pk is None or not type(instance)._base_manager.filter(pk=instance.pk).exists():
        return None
    url: str | None = finder.get_edit_url(instance)
    return url
