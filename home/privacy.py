"""Which pages everybody may read: what is private is private in every language.

Wagtail looks at a page and what stands above it. A translation shares neither with its original,
and a list of public pages does not know of aliases, so a text that was closed would stay open
beside itself. See docs/decisions/0023-privacy-follows-translations.md.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

Paths = tuple[str, ...]
QuerySetT = TypeVar("QuerySetT", bound=PageQuerySet)

ADMIN = reverse_lazy("wagtailadmin_home")
STEP = Page.steplen
# The home page of a language that is being prepared is closed for itself: it would otherwise close
# the original with everything below it.
OWN_LANGUAGE_ONLY = Q(page__depth=2) & ~Q(page__locale__language_code=settings.LANGUAGE_CODE)

_found: ContextVar[list[Paths] | None] = ContextVar("private_paths", default=None)


def public(pages: QuerySetT) -> QuerySetT:
    """Those of these that everybody may read. Use it where Wagtail says `.public()`.

    One query where nothing is private; in a request that only reads, one for all lists together.
    """
    paths = get_private_paths()
    found: QuerySetT = pages.exclude(below(paths)) if paths else pages
    return found


def is_public(page: Page) -> bool:
    return not page.path.startswith(get_private_paths())


def get_private_paths() -> Paths:
    """The tops of what is private: each stands for itself and all below it."""
    found = _found.get()
    if found is None:
        return find_private_paths()
    if not found:
        found.append(find_private_paths())
    return found[0]


def find_private_paths() -> Paths:
    with connection.cursor() as cursor:
        cursor.execute(*_write_restrictions())
        closed = dict(cursor.fetchall())
    spreading = topmost(path for path, spreads in closed.items() if spreads)
    while spreading and (twins := topmost(get_twins_below(spreading))):
        spreading = topmost({*spreading, *twins})
    return topmost({*closed, *spreading})


@cache
def _write_restrictions() -> tuple[str, tuple[Any, ...]]:
    """Every request asks this; to have Django write it anew takes three times as long as to ask."""
    rows = PageViewRestriction.objects.annotate(spreads=~OWN_LANGUAGE_ONLY)
    statement: tuple[str, tuple[Any, ...]] = rows.values_list(
        "page__path", "spreads"
    ).query.sql_with_params()
    return statement


def below(paths: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(path__startswith=path)
    return found


def get_twins_below(paths: Paths) -> Any:
    """Translations and aliases, elsewhere, of the pages here."""
    here = Page.objects.filter(below(paths)).order_by()
    twins = Q(translation_key__in=here.values("translation_key"))
    twins |= Q(alias_of__in=here.values("pk"))
    return Page.objects.filter(twins).exclude(below(paths)).values_list("path", flat=True)


def topmost(paths: Iterable[str]) -> Paths:
    """Without those that stand below another."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def get_restrictions(page: Page) -> Any:
    """The restrictions that hold for this page, its own and those of what it is made from."""
    if is_public(page):
        return PageViewRestriction.objects.none()
    own = get_line([page.path])
    line, before = own, set[str]()
    while line != before:
        before = line
        rows = Page.objects.filter(path__in=line).order_by()
        twins = Q(translation_key__in=rows.values("translation_key"))
        twins |= Q(pk__in=rows.filter(alias_of__isnull=False).values("alias_of"))
        line = line | get_line(Page.objects.filter(twins).values_list("path", flat=True))
    holding = PageViewRestriction.objects.filter(page__path__in=line)
    return holding.exclude(OWN_LANGUAGE_ONLY & ~Q(page__path__in=own))


def get_line(paths: Iterable[str]) -> set[str]:
    """These pages and all that stand above them."""
    return {path[:end] for path in paths for end in range(STEP, len(path) + 1, STEP)}


def install() -> None:
    """wagtail-localize copies a restriction at each sync, and drops the one that a translation has
    for itself. Nothing needs a copy here, and a copy would keep closed what is opened again."""
    from wagtail_localize.models import TranslationSource

    TranslationSource.sync_view_restrictions = lambda *args: None


@contextmanager
def read_once() -> Iterator[None]:
    """Ask the database once, however many lists are made. Only where nothing is changed."""
    if _found.get() is not None:
        yield
        return
    token = _found.set([])
    try:
        yield
    finally:
        _found.reset(token)


class PrivacyMiddleware:
    """Asks once what is private, in every request but those of the admin, which may change it.

    Wagtail's admin asks the request for the paths that it marks with a lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        paths = SimpleLazyObject(get_private_paths)
        request.all_page_view_restriction_paths = paths  # type: ignore[attr-defined]  # Wagtail's
        if request.method not in ("GET", "HEAD") and request.path.startswith(str(ADMIN)):
            return self.get_response(request)
        with read_once():
            return self.get_response(request)
