"""The readers' search: Wagtail's, with a bound on what one question may cost."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page

from home.privacy import public
from home.publishing import visible

MAX_QUERY = 100
MAX_RESULTS = 200
PER_PAGE = 10
# A quote opens a phrase in SQLite's grammar, and neither database takes a NUL: each was a 500.
UNSEARCHABLE = re.compile(r"[\x00-\x1f\"'\\<>()|&!:*~^{}\[\]]+")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY]
    results = find_pages(query)
    page = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "results": page, "is_cut": len(results) >= MAX_RESULTS}
    return render(request, "search.html", context)


def find_pages(query: str) -> list[Any]:
    """Published pages in the language of the moment that hold every word, best first."""
    words = UNSEARCHABLE.sub(" ", query).strip()
    if not words:
        return []
    # Not Locale.get_active(): where a language has no tree, that is the default one's.
    locale = Locale.objects.filter(language_code=get_language()).first()
    pages = public(Page.objects.live()).filter(locale=locale)
    found = list(rank(pages, words).values_list("pk", flat=True))
    by_pk = Page.objects.filter(pk__in=found).specific().in_bulk()
    return visible([by_pk[pk] for pk in found if pk in by_pk])


def rank(pages: Any, words: str) -> Any:
    """At most MAX_RESULTS of them. SQLite's ranking is quadratic, so there many come by date."""
    by_date = pages.order_by("-first_published_at").search(words, order_by_relevance=False)
    if connection.vendor == "sqlite":
        newest = by_date[: MAX_RESULTS + 1].get_queryset()
        if newest.count() > MAX_RESULTS:
            return newest[:MAX_RESULTS]
    return pages.search(words)[:MAX_RESULTS].get_queryset()
