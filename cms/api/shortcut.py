"""What every answer of the API has in common, and the short way to those that are asked most."""

import re
import secrets
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from cms import logs
from cms.api import content, frame, search, sync
from treatment_forms.api import problems

View = Callable[[HttpRequest], HttpResponse]

ROOT = "/api/v1/"
# Made by a machine: what stands in our log is not to hold a name or a telephone number.
REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EXPOSED = (
    "ETag, X-Request-ID, Retry-After, Location, Deprecation, Sunset, Tus-Resumable, Upload-Offset,"
    " Upload-Length, Upload-Expires, Upload-Verdict, Upload-Fault, Tus-Version, Allow"
)
ACCEPTED = (
    "Content-Type, If-None-Match, Idempotency-Key, Authorization, X-Request-ID, Tus-Resumable,"
    " Upload-Offset, Upload-Length, Upload-Metadata"
)
PAGE = re.compile(r"/api/v1/pages/([^/]+)")
VIEWS: Mapping[str, View] = {
    "/api/v1/news": content.news,
    "/api/v1/clinics": content.clinics,
    "/api/v1/pages/by-path": content.page_by_path,
    "/api/v1/locales": frame.locales,
    "/api/v1/site": frame.site,
    "/api/v1/search": search.search,
    "/api/v1/sync": sync.sync,
}


class ApiMiddleware:
    """Answers content before anything else is asked of the request.

    Sessions, logins, languages of browsers and Wagtail's redirects say nothing to an app. Measured:
    docs/decisions/0032-how-the-api-is-served.md.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(ROOT):
            return self.get_response(request)
        number = get_number(request)
        with logs.numbered(number):
            response = self.answer(request, path)
        response.headers["X-Request-ID"] = number
        return open_to_origins(request, response)

    def answer(self, request: HttpRequest, path: str) -> HttpResponse:
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            return allow_methods(HttpResponse(status=204))
        view = find_view(path) if request.method in ("GET", "HEAD") else None
        return ask(view, request) if view else self.get_response(request)


def get_number(request: HttpRequest) -> str:
    """What to find the request by: the app's own number for it, or one of ours."""
    given = request.META.get("HTTP_X_REQUEST_ID", "").lower()
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def open_to_origins(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Leave for the web pages that the settings name."""
    headers = response.headers
    if settings.API_ORIGINS:
        patch_vary_headers(response, ["Origin"])
        origin = request.META.get("HTTP_ORIGIN", "")
        if origin in settings.API_ORIGINS or "*" in settings.API_ORIGINS:
            headers["Access-Control-Allow-Origin"] = origin or "*"
            headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def allow_methods(response: HttpResponse) -> HttpResponse:
    """What a browser asks before it sends what a form could not have sent."""
    if settings.API_ORIGINS:
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PATCH, DELETE"
        response.headers["Access-Control-Allow-Headers"] = ACCEPTED
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def find_view(path: str) -> View | None:
    view = VIEWS.get(path)
    if view is None and (found := PAGE.fullmatch(path)):
        page_id = found[1]
        return lambda request: content.page_by_id(request, page_id)
    return view


def ask(view: View, request: HttpRequest) -> HttpResponse:
    """Every trouble is an answer in the API's one shape, in our language and not the browser's."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            return view(request)
        except problems.Problem as problem:
            response = problems.answer(problem)
        except (OperationalError, InterfaceError) as error:
            response = problems.say_down(request, error)
        except Exception as error:  # noqa: BLE001  (told, with a number to ask about)
            response = problems.say_unexpected(request, error)
        response.headers["Content-Language"] = settings.LANGUAGE_CODE
        return response
