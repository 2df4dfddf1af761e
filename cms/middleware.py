"""What happens to every request before its view: probes are answered, its language is found."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from cms.health import healthz, readyz
from cms.languages import get_accepted_languages, lead_to_page


class ProbeMiddleware:
    """Answers `/healthz` and `/readyz` before anything looks at the Host or asks for TLS.

    Whoever probes a process asks it by its own address, which is no public name of the site.
    """

    probes: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
        "/healthz": healthz,
        "/readyz": readyz,
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.probes.get(request.path_info, self.get_response)(request)


class LanguageMiddleware:
    """The language of the address, or else what the browser asks for.

    Django's own middleware also reads a cookie, and leads every unknown address into a language
    tree; visitors have no cookie, and an address that leads nowhere is a 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/"):  # it speaks the language it is asked for
            return self.get_response(request)
        from_path = translation.get_language_from_path(request.path_info)
        language = from_path or get_accepted_languages(request)[0]
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if is_nowhere(request, response) and (way := lead_to_page(request)):
            response = way
            from_path = None  # whatever it was, the answer rests on Accept-Language, too
        response.headers.setdefault("Content-Language", language)
        if from_path is None:
            patch_vary_headers(response, ["Accept-Language"])
        return response


def is_nowhere(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody looks for an address that no part of the site knows."""
    is_safe = request.method in {"GET", "HEAD"}
    return is_safe and response.status_code == HTTPStatus.NOT_FOUND and not request.resolver_match
