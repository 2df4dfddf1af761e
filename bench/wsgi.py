"""The site, and in the same processes the floors: their views stand behind no middleware."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from cms.wsgi import application as site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

with override_settings(MIDDLEWARE=[]):  # read once, here
    bare = WSGIHandler()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    handler = bare if environ["PATH_INFO"].startswith("/floor/") else site
    return handler(environ, start_response)
