"""The site's addresses, and the floors beside which they are measured."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from wagtail.api.v2.router import WagtailAPIRouter

from bench import floors, v2
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


wagtail_api = WagtailAPIRouter("wagtail-api")
wagtail_api.register_endpoint("pages", v2.Pages)

urlpatterns = [
    path("bare/", bare),
    path("floor/insert/", insert_one_row),
    *(
        pattern
        for place in ("floor", "inside")
        for pattern in (
            path(f"{place}/list/", floors.list_cards),
            path(f"{place}/search/", floors.search),
            path(f"{place}/page/<int:page_id>/", floors.read_page),
            path(f"{place}/stamp/<int:page_id>/", floors.read_stamp),
        )
    ),
    path("wagtail-api/", wagtail_api.urls),
    *site_urlpatterns,
]
