"""`<esp>/tracking/`: what mail providers tell of our mails. Mount it at `anymail/`.

Anymail checks the secret or signature and reads the words; this closes what it leaves open: who
tells us something must be known to us, and whatever nobody can read is refused, never a 500.
Only tracking is there: nobody mails anything to this plugin.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail import urls as anymail_urls
from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
)
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.encoding import force_str

from treatment_forms import tasks
from treatment_forms.services.track import Notice, track
from treatment_forms.states import FAILED

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

# What Anymail raises, at the latest when it reads on, over words that are no provider's.
UNREADABLE = (AnymailError, ValueError, TypeError, LookupError, AttributeError, OverflowError)

# These sign what they send, and Anymail refuses what is not signed. (Amazon's SNS signs, too, but
# Anymail does not look at it.) Everybody else shows the secret.
SIGNING = frozenset({"mailgun", "mailersend", "mandrill", "postal", "unisender_go"})


def guard(esp: str, view: View) -> View:
    """Anymail's view, shut where nothing tells a provider from anybody else."""

    @wraps(view)  # keeps that it needs no CSRF token
    def guarded(request: HttpRequest) -> HttpResponse:
        if not can_be_told(esp):
            logger.warning("Webhook of %s refused: there is no secret to know it by", esp)
            return HttpResponseForbidden("no secret is set", content_type="text/plain")
        try:
            return view(request)
        except ImproperlyConfigured as error:  # no key of this provider's: the site has another
            raise Http404 from error
        except UNREADABLE as error:
            logger.warning("Webhook of %s refused: %s", esp, type(error).__name__)
            return HttpResponseBadRequest("refused", content_type="text/plain")

    return guarded


def can_be_told(esp: str) -> bool:
    return esp in SIGNING or bool(getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"))


def hear(*, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Receives `anymail.signals.tracking`, connected by the plugin's `apps`."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    notice = Notice(
        provider=esp_name,
        event=event.event_type,
        unique=read(metadata.get("message")),
        provider_id=read(event.message_id),
        event_id=read(event.event_id),
        happened_at=event.timestamp,
    )
    moved = track(notice, at=timezone.now())
    if moved is not None and moved.state in FAILED:
        tasks.wake(moved.submission_id)  # its fallback mail is due


def read(word: Any) -> str:
    """A name, or nothing where a provider sends something else."""
    text = force_str(word) if isinstance(word, str | bytes | int) else ""
    return text if len(text) <= 200 and "\0" not in text else ""


def get_tracking() -> list[URLPattern]:
    ends = "/tracking/"
    routes = {str(one.pattern): one for one in anymail_urls.urlpatterns}
    return [
        path(route, guard(route.removesuffix(ends), one.callback), name=one.name)
        for route, one in routes.items()
        if route.endswith(ends)
    ]


app_name = "treatment_forms_webhooks"
urlpatterns = get_tracking()
