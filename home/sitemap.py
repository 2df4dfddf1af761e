"""The sitemap names no page that is not served."""

from typing import Any

from wagtail.contrib.sitemaps import Sitemap

from home.privacy import public
from home.publishing.serving import without_hidden


class VisibleSitemap(Sitemap):
    def items(self) -> Any:
        return without_hidden(public(super().items()))
