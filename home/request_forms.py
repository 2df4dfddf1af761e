"""Request forms, as far as the ground knows them: whoever has a kind of form registers it.

A form may be live and shown to nobody all the same, because nobody approved its consents. Then no
page, menu or list leads to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

IS_NONE = _("This page shows no request form. Choose a page of the type “request form”.")
IS_HIDDEN = _(
    "Nobody has approved its consents in this language, so readers see it nowhere. Somebody who"
    " may publish it approves them by publishing it."
)


@dataclass(frozen=True)
class Kind:
    """
    Args:
        model: the class of its pages.
        find: the page with this primary key, as its own type, if everybody may see its form now.
        find_hidden: those of these live pages whose form nobody may see. Takes bare pages too.
    """

    model: type[Page]
    find: Callable[[int], Page | None]
    find_hidden: Callable[[Iterable[Page]], set[int]]


KINDS: list[Kind] = []


def register(kind: Kind) -> None:
    KINDS.append(kind)


def get_kind(page: Page) -> Kind | None:
    """Costs no query: Wagtail knows the class of a bare page."""
    model = page.specific_class or Page
    return next((kind for kind in KINDS if issubclass(model, kind.model)), None)


def find(page: Page) -> Page | None:
    """The form on this page, if everybody may see it now."""
    kind = get_kind(page)
    return kind.find(page.pk) if kind else None


def find_hidden(pages: Iterable[Page]) -> set[int]:
    """The live forms among these that nobody may see. One query, none where there is no form."""
    listed = [(kind, page) for page in pages if page.live and (kind := get_kind(page))]
    return {
        pk
        for known in KINDS
        if (forms := [page for kind, page in listed if kind is known])
        for pk in known.find_hidden(forms)
    }


def get_forms(pages: Any) -> Any:
    """The forms in this queryset of pages, with what `find_hidden` looks at."""
    return pages.type(*(kind.model for kind in KINDS)).select_related("locale")
