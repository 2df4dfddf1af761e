"""Which form a post is for. Wagtail finds out with six queries, and they are the same each time.

What is remembered is only where to look: the page itself is read anew for each request, and must
still be live at the same place in the tree. So a form that was moved or unpublished is not found;
only a change of the site's own address or root page is noticed a minute late.
"""

import time
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site
from wagtail.url_routing import RouteResult

from treatment_forms.models import TreatmentFormPage
from treatment_forms.prepared import Prepared

FORM = Prepared(lambda pk: TreatmentFormPage.objects.filter(pk=pk), stand_in=-1)
REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1000  # hosts and ports are anybody's to vary


class Place(NamedTuple):
    page_id: int
    url_path: str
    locale: Locale
    seen_at: float


places: dict[tuple[str, str | None, str], Place] = {}


def find(request: HttpRequest, path: str) -> Any:
    """As `Page.route_for_request`, which keeps its answer on the request for Wagtail's view."""
    key = (request.get_host(), get_language(), path)
    if page := _recall(places.get(key)):
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # Wagtail's
    found = Page.route_for_request(request, path)
    if page is None and found and isinstance(found.page, TreatmentFormPage):
        if len(places) >= MOST_REMEMBERED:
            places.clear()
        places[key] = Place(found.page.pk, found.page.url_path, found.page.locale, time.monotonic())
    return found


def find_closed(request: HttpRequest, path: str) -> TreatmentFormPage | None:
    """The form that is at this place in the tree, whether or not anybody may see it."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    parts = [part for part in path.split("/") if part]
    url_path = site.root_page.localized.url_path + "".join(f"{part}/" for part in parts)
    found: TreatmentFormPage | None = TreatmentFormPage.objects.filter(url_path=url_path).first()
    return found


def _recall(place: Place | None) -> TreatmentFormPage | None:
    if place is None or time.monotonic() - place.seen_at > REMEMBERED_SECONDS:
        return None
    for page in FORM.find(TreatmentFormPage, place.page_id):
        if page.live and page.url_path == place.url_path and page.locale_id == place.locale.pk:
            page.locale = place.locale
            found: TreatmentFormPage = page
            return found
    return None
