"""The last lock: a page without its disclaimer is served by no door, whoever put it there."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.core.cache import cache
from wagtail.models import Page
from wagtail.query import PageQuerySet

from home import request_forms
from home.publishing.disclaimers import Disclaimers
from home.publishing.gate import carries_disclaimer, count_blocks
from home.publishing.usage import medical_models

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ALARMS = 600
BATCH = 200

PageT = TypeVar("PageT", bound=Page)


def disclaimer_for(page: Any) -> Any | None:
    """The live, approved disclaimer in the page's language, as it reads now. One query."""
    return Disclaimers.load().of(page)


def is_servable(page: Any, disclaimers: Disclaimers | None = None) -> bool:
    """Whether a reader may be shown this live page. Takes a specific page; one query."""
    if not carries_disclaimer(page):
        return page.pk not in request_forms.find_hidden([page])
    return count_blocks(page) == 1 and (disclaimers or Disclaimers.load()).of(page) is not None


def visible(pages: Iterable[PageT], disclaimers: Disclaimers | None = None) -> list[PageT]:
    """Those of these live pages that a reader may be shown, in their order.

    For every list: sections, search, related pages, sitemap, feeds. Takes specific pages, bare
    `Page` rows, or a queryset (give it a slice). Costs a query for each medical model among pages
    that came without their body, one where `disclaimers` are not known, and one where there are
    request forms among them.
    """
    listed = list(pages)
    hidden = find_hidden(get_medical(listed), disclaimers) | request_forms.find_hidden(listed)
    return [page for page in listed if page.pk not in hidden]


def without_hidden(pages: PageQuerySet) -> PageQuerySet:
    """The same as a queryset. Reads the body of every medical page in it: for sitemaps."""
    medical = (
        page
        for model in medical_models()
        for page in get_whole(model, pages.order_by().values("pk"))
    )
    forms = request_forms.get_forms(pages.order_by())
    return pages.exclude(pk__in=find_hidden(medical) | request_forms.find_hidden(forms))


def find_hidden(pages: Iterable[Any], disclaimers: Disclaimers | None = None) -> set[int]:
    """Those that may not be shown, each with an alarm."""
    hidden = set()
    for page in pages:
        disclaimers = disclaimers or Disclaimers.load()
        if not is_servable(page, disclaimers):
            hidden.add(page.pk)
    for pk in hidden:
        alarm(pk)
    return hidden


def get_medical(pages: Iterable[Page]) -> Iterable[Any]:
    """The medical pages among these, with their bodies."""
    from home.models import MedicalPage  # the models import this package

    without_body = defaultdict(list)
    for page in pages:
        model = page.specific_class
        if model is None or not issubclass(model, MedicalPage):
            continue
        if isinstance(page, model) and not {"body", "disclaimer_id"} & page.get_deferred_fields():
            yield page
        else:
            without_body[model].append(page.pk)
    for model, pks in without_body.items():
        yield from get_whole(model, pks)


def get_whole(model: Any, pks: Any) -> Iterator[Any]:
    """The pages with what the rule looks at, a batch at a time."""
    pages = model.objects.filter(pk__in=pks).only("body", "disclaimer", "locale")
    return iter(pages.iterator(chunk_size=BATCH))


def alarm(page_pk: int) -> None:
    """Log that a live page is not served: its number only, and not at every request."""
    if cache.add(f"not-served-{page_pk}", 1, SECONDS_BETWEEN_ALARMS):
        logger.error("page %s is live without its disclaimer, and is not served", page_pk)
