"""Links to pages in running text lead to the reader's language, or are no links."""

import re
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from django.utils.translation import get_language
from wagtail import rich_text
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from home.privacy import is_public

LEADS_NOWHERE = "<a>"
NO_LINK = re.compile(rf"{LEADS_NOWHERE}(.*?)</a>", re.DOTALL)


class ReadersPageLinkHandler(PageLinkHandler):
    """Wagtail's falls back on the original, and links to drafts and to private pages too."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Any]:
        """What a reader may be shown of these, or None. One query."""
        wanted = [attrs.get("id", "") for attrs in attrs_list]
        named = Page.objects.filter(pk__in=[pk for pk in wanted if pk.isdecimal()]).order_by()
        twins = Q(translation_key__in=named.values("translation_key"))
        twins &= Q(locale__language_code=get_language(), live=True)
        found = Page.objects.filter(twins | Q(pk__in=named.values("pk")))
        keys, by_key = {}, {}
        for page in found.select_related("locale"):
            keys[str(page.pk)] = page.translation_key
            if page.live and page.locale.language_code == get_language() and is_public(page):
                by_key[page.translation_key] = page
        return [by_key.get(keys.get(pk)) for pk in wanted]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        urls = [page.get_url() if page else None for page in cls.get_many(attrs_list)]
        return [f'<a href="{escape(url)}">' if url else LEADS_NOWHERE for url in urls]


class Unlink:
    """The last step of Wagtail's rewriter: words that lead nowhere stand without an anchor."""

    def __call__(self, html: str) -> str:
        return NO_LINK.sub(r"\1", html) if LEADS_NOWHERE in html else html

    def extract_references(self, html: str) -> list[Any]:
        return []


def install() -> None:
    """Wagtail lets a rule replace an opening tag only; there is no setting for more."""
    wagtails = rich_text.get_rewriter

    @cache
    def get_rewriter() -> Any:
        rewriter = wagtails()
        rewriter.rewriters.append(Unlink())
        return rewriter

    rich_text.get_rewriter = get_rewriter
