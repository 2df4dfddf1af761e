"""A long list in pages."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.http import HttpRequest


@dataclass(frozen=True)
class Paging:
    """One page of a list and the addresses of its neighbours, empty where there is none."""

    pages: PaginatorPage[Any]
    previous_url: str
    next_url: str

    def get_context(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "previous_url": self.previous_url,
            "next_url": self.next_url,
        }


def paginate(items: Any, request: HttpRequest, per_page: int) -> Paging:
    """The page that `?page=` asks for; a number out of range or no number is the nearest one."""
    pages = Paginator(items, per_page).get_page(request.GET.get("page"))
    return Paging(
        pages=pages,
        previous_url=_url(request, pages.number - 1) if pages.has_previous() else "",
        next_url=_url(request, pages.number + 1) if pages.has_next() else "",
    )


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
