"""What every answer of the API has in common, and the short way to those that are asked most."""

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from cms.api import content, search, sync
from treatment_forms.api import problems

View = Callable[[HttpRequest], HttpResponse]

ROOT = "/api/v1/"
PAGE = re.compile(r"/api/v1/pages/([0-9]{1,19})")
VIEWS: Mapping[str, View] = {
    "/api/v1/news": content.news,
    "/api/v1/clinics": content.clinics,
    "/api/v1/pages/by-path": content.page_by_path,
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
        view = find_view(path) if request.method in ("GET", "HEAD") else None
        return ask(view, request) if view else self.get_response(request)


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
