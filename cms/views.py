"""The addresses that are no page: the root, robots, and what is said when all fails."""

import logging
import secrets
import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cms.languages import lead_home

log = logging.getLogger(__name__)

DATABASE_DOWN = (InterfaceError, OperationalError)
RETRY_AFTER_SECONDS = 60

ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /*/search/

Sitemap: {site_url}/sitemap.xml
Sitemap: {site_url}/news-sitemap.xml
"""


@require_safe
def go_to_best_language(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the reader's language, without remembering the choice."""
    return lead_home(request)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS.format(site_url=settings.SITE_URL)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it failed, with a short code that finds the same failure in the log.

    A database that is down is our 503, not an error of the program: it is worth another try.
    """
    code = secrets.token_hex(4)
    log.error("error %s at %s", code, request.path, exc_info=True)
    response = HttpResponseServerError(render_to_string("500.html", {"code": code}))
    response.headers["Cache-Control"] = "no-store"
    if isinstance(sys.exception(), DATABASE_DOWN):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
