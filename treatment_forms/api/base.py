"""Ninja's API, with what Ninja leaves to the host: one shape for every error, one language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils import translation
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from treatment_forms.api import problems

View = Callable[..., HttpResponse]

RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
ASKS_FOR_PATIENCE = frozenset({409, 429, 503})


class ProblemAPI(NinjaAPI):
    """Also a wrong method and an unknown address are answered as RFC 9457 has it.

    It speaks the language that it is asked for in words (`locale`), never the one that a header
    hints at: an endpoint that knows better activates another.
    """

    def __init__(self, **options: Any) -> None:
        self._described: dict[str, OpenAPISchema] = {}
        super().__init__(**{"docs_decorator": require_safe, **options})
        problems.install(self)

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = dress(pattern.callback)
        return [*patterns, re_path("", dress(find_nothing))], app_name, namespace

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Where readers of the address ask, made once in a process: it takes most of a second."""
        if "path_params" not in options:
            return self.describe(**options)
        asked = repr(options)
        if asked not in self._described:
            self._described[asked] = self.describe(**options)
        return self._described[asked]

    def describe(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    describe_error(int(status), response)
        return schema


def describe_error(status: int, response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if status >= 400 and "application/json" in content:
        content[problems.MEDIA_TYPE] = content.pop("application/json")
    if status in ASKS_FOR_PATIENCE:
        response["headers"] = RETRY_AFTER


def find_nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


def dress(view: View) -> View:
    @wraps(view)
    def dressed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            response = ask(view, request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language() or ""
        return response

    dressed.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts for anything here
    return dressed


def ask(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """HEAD is GET without the body, which the server leaves out."""
    try:
        response = view(request, *args, **kwargs)
        if response.status_code == 405 and request.method == "HEAD":
            request.method = "GET"
            response = view(request, *args, **kwargs)
    except Http404 as error:
        return problems.say_not_found(request, error)
    if response.status_code != 405:
        return response
    allowed = set(response.headers.get("Allow", "").split(", "))
    return problems.say_not_allowed(request, allowed)
