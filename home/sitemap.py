"""The sitemap names no page that is not served, and beside each page its translations."""

from collections import defaultdict
from typing import Any

from django.utils.functional import cached_property
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from home.languages import get_languages
from home.privacy import public
from home.publishing.serving import without_hidden


class VisibleSitemap(Sitemap):
    @cached_property
    def pages(self) -> Any:
        """Of every language: Wagtail's own has those of the default one only."""
        root = self.get_wagtail_site().root_page
        pages = Page.objects.none()
        homes = Page.objects.filter(translation_key=root.translation_key)
        for home in homes.filter(locale__language_code__in=[one.code for one in get_languages()]):
            pages |= home.get_descendants(inclusive=True)
        return without_hidden(public(pages.live()).order_by("path"))

    def items(self) -> Any:
        return self.pages.defer_streamfields().specific()

    def _urls(self, page: Any, protocol: Any, domain: Any) -> Any:
        urls = super()._urls(page, protocol, domain)
        alternates = self.get_alternates()
        return [{**url, "alternates": alternates[url["location"]]} for url in urls]

    def get_alternates(self) -> dict[str, list[dict[str, str]]]:
        """By address: the same page in each of its languages, and for readers of none of them."""
        by_key: dict[Any, dict[str, str]] = defaultdict(dict)
        for page in self.pages.select_related("locale").iterator():
            address = page.get_full_url(self.request)
            by_key[page.translation_key][page.locale.language_code] = address
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for addresses in by_key.values():
            for address in addresses.values() if len(addresses) > 1 else ():
                found[address] = list_alternates(addresses)
        return found


def list_alternates(addresses: dict[str, str]) -> list[dict[str, str]]:
    there = [language.code for language in get_languages() if language.code in addresses]
    named = [(code, addresses[code]) for code in there]
    return [
        {"lang_code": code, "location": address}
        for code, address in [*named, *(("x-default", address) for _, address in named[:1])]
    ]
