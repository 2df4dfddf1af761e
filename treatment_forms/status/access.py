"""Whose page it is, and what all its answers have in common."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from treatment_forms import languages, tokens, views
from treatment_forms.http import is_foreign, keep_private
from treatment_forms.models import Submission
from treatment_forms.services.report import report
from treatment_forms.states import State

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Case:
    """The request that the address in hand opens."""

    submission: Submission
    token: str
    is_mailed: bool

    def get_url(self, name: str = "status", *more: str) -> str:
        return reverse(f"treatment_forms:{name}", args=[self.token, *more])

    @property
    def is_withdrawn(self) -> bool:
        return self.submission.status == State.WITHDRAWN


def find(token: str) -> Case:
    """Raises Http404 alike for what is forged and what is not there any more."""
    try:
        read = tokens.read_any_status_token(token)
        submission = Submission.objects.get(reference=read.reference)
    except (tokens.BadSignature, Submission.DoesNotExist) as error:
        logger.warning("Status page: there is no such request")
        raise Http404 from error
    return Case(submission, token, read.is_mailed)


def own_page(*methods: str) -> Callable[[View], View]:
    """For views of a `Case`; nothing of these addresses may stay in a cache or a log."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, token: str, **more: str) -> HttpResponse:
            if request.method in methods:
                response = answer_safely(request, view, token, more)
            else:
                response = HttpResponseNotAllowed(methods)
            response.headers["Referrer-Policy"] = "same-origin"
            # Django logs the address of what was refused; this one would be a key in a log.
            response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
            return keep_private(response)

        return answer

    return decorate


def answer_safely(
    request: HttpRequest, view: View, token: str, more: dict[str, str]
) -> HttpResponse:
    try:
        if request.method == "POST" and is_foreign(request):
            return refuse(request, 403, _("Please press the button on our own page."))
        case = find(token)
        with translation.override(get_language(request, case)):
            response = view(request, case, **more)
            return response.render() if isinstance(response, TemplateResponse) else response
    except Http404:
        raise
    except views.DOWN as error:
        logger.error("Status page: %s", type(error).__name__)
        return say_down()
    except Exception as error:  # noqa: BLE001  (Django would write the address into its log)
        return fail(report(error))


def get_language(request: HttpRequest, case: Case) -> str:
    """What the address says, as the links that we give do; else the language of the request."""
    told = translation.get_language_from_path(request.path_info)
    return told or languages.get_spoken(case.submission.language_code)


def refuse(request: HttpRequest, status: int, text: str, *, back: str = "") -> HttpResponse:
    context = {"heading": _("This was not done"), "text": text, "back": back}
    template = "treatment_forms/refused.html"
    return TemplateResponse(request, template, context, status=status).render()


def say_down() -> HttpResponse:
    """Needs no database, which may be what is down."""
    html = render_to_string("treatment_forms/status_down.html")
    seconds = str(views.RETRY_AFTER_SECONDS)
    return HttpResponse(html, status=503, headers={"Retry-After": seconds})


def fail(code: str) -> HttpResponse:
    html = render_to_string("treatment_forms/status_down.html", {"code": code})
    return HttpResponse(html, status=500)
