"""The site's addresses, and the floors beside which they are measured."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cms.urls import *  # noqa: F403  (the site's, and more)
from cms.urls import urlpatterns as site_urlpatterns
from treatment_forms.models import SubmissionEvent

READY = b"x" * 40_000  # about the size of a news page


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(READY)


@csrf_exempt
def insert_one_row(request: HttpRequest) -> HttpResponse:
    SubmissionEvent.objects.create(submission_id=int(request.body), happened_at=timezone.now())
    return HttpResponse()


urlpatterns = [path("bare/", bare), path("floor/insert/", insert_one_row), *site_urlpatterns]
