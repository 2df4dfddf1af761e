"""Which pages everybody may see. The host may know better than Wagtail: see `PUBLIC_PAGES`."""

from typing import TypeVar

from django.utils.module_loading import import_string
from wagtail.query import PageQuerySet

from treatment_forms import conf

QuerySetT = TypeVar("QuerySetT", bound=PageQuerySet)


def public(pages: QuerySetT) -> QuerySetT:
    name = conf.get("PUBLIC_PAGES")
    found: QuerySetT = import_string(name)(pages) if name else pages.public()
    return found
