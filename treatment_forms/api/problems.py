"""Every error of the API in one shape: RFC 9457, `application/problem+json`."""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from treatment_forms.errors import StorageDown, TooMuch, TreatmentFormsError
from treatment_forms.http import keep_private
from treatment_forms.services.idempotency import KeyInFlight, KeyReused
from treatment_forms.services.report import report

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 120
DOWN = (OperationalError, InterfaceError, StorageDown)


class Problem(TreatmentFormsError):
    """What the caller is told, with a code that never changes.

    Args:
        detail: words for the person before the screen, translated.
        more: members of the answer, like `field` or `file`, or `errors` (a list of such).
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, code)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = headers or {}, more


def answer(problem: Problem) -> HttpResponse:
    document = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        **problem.more,
    }
    content = json.dumps(document, ensure_ascii=False).encode()
    response = HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response.headers[name] = value
    # Django logs the address of what was refused; an upload's is a key to it.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return keep_private(response)


def say(request: HttpRequest, problem: Problem) -> HttpResponse:
    return answer(problem)


def say_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(Problem(404, "not_found", _("There is nothing here.")))


def say_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which values do not fit the schema: where and why, never the values."""
    errors = [
        {"field": ".".join(map(str, one["loc"])), "code": one["type"], "detail": one["msg"]}
        for one in error.errors
    ]
    text = _("Some values are missing or not of the right kind.")
    return answer(Problem(422, "invalid", text, errors=errors))


def say_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own: a body that is no JSON, a wrong type."""
    code = {400: "bad_request", 415: "media_type"}.get(error.status_code, "refused")
    return answer(Problem(error.status_code, code, _("The request cannot be read.")))


def say_too_much(request: HttpRequest, error: TooMuch) -> HttpResponse:
    text = _("Too many requests came from your connection. Please try again later.")
    headers = {"Retry-After": str(error.retry_after)}
    return answer(Problem(429, "too_many_requests", text, headers=headers))


def say_in_flight(request: HttpRequest, error: KeyInFlight) -> HttpResponse:
    text = _("This request is being taken just now. Please ask again in a moment.")
    headers = {"Retry-After": str(error.retry_after)}
    return answer(Problem(409, "in_flight", text, headers=headers))


def say_reused(request: HttpRequest, error: KeyReused) -> HttpResponse:
    text = _("Another request was received under this Idempotency-Key. Please make a new key.")
    return answer(Problem(422, "idempotency_key_reused", text))


def say_not_allowed(request: HttpRequest, allowed: set[str]) -> HttpResponse:
    if "GET" in allowed:
        allowed = {*allowed, "HEAD"}
    headers = {"Allow": ", ".join(sorted(allowed))}
    return answer(Problem(405, "method", _("This cannot be done here."), headers=headers))


def say_down(request: HttpRequest, error: Exception) -> HttpResponse:
    text = _("We cannot take this just now. Please try again in two minutes.")
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return answer(Problem(503, "unavailable", text, headers=headers))


def say_bad(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(Problem(400, "bad_request", _("The request cannot be read.")))


def say_forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return answer(Problem(403, "forbidden", _("This is not allowed.")))


def say_unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Nobody foresaw it: not taken, with a number to ask about."""
    text = _("Something went wrong on our side. Nothing was taken. Please try again.")
    incident = report(error, was_sent=request.method not in {"GET", "HEAD"})
    return answer(Problem(500, "unexpected", text, incident=incident))


def install(api: NinjaAPI) -> None:
    handlers: list[tuple[type[Exception], Any]] = [
        (Problem, say),
        (Http404, say_not_found),
        (ValidationError, say_invalid),
        (HttpError, say_http),
        (TooMuch, say_too_much),
        (KeyInFlight, say_in_flight),
        (KeyReused, say_reused),
        (SuspiciousOperation, say_bad),
        (PermissionDenied, say_forbidden),
        *((kind, say_down) for kind in DOWN),
        (Exception, say_unexpected),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
