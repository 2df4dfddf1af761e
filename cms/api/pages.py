"""News, clinics, pages, languages and the site, as the contract describes them.

The answers are given by `cms.api.content`, mostly before a request comes this far: see
`cms.api.shortcut`. That both say the same is tested.
"""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from cms.api import content, frame
from cms.api.schemas import ClinicList, LocaleList, NewsList, PageAnswer, SiteAnswer
from treatment_forms.api import describe

router = Router(tags=["content"])

LOCALE = "The language of the content. The site's first one where it is left out."
Locale = Annotated[str | None, Query(description=LOCALE)]
Limit = Annotated[int, Query(description="How many at most.", ge=1, le=content.MOST)]
Cursor = Annotated[str | None, Query(description="`next` of the answer before, same parameters.")]
Fields = Annotated[
    str, Query(description="`card`, `body` or `card,body`.", pattern="^(card|body)(,(card|body))?$")
]
Slug = Annotated[str | None, Query(max_length=80)]
Country = Annotated[str | None, Query(description="ISO 3166-1.", pattern="^[A-Z]{2}$")]
Clinic = Annotated[int | None, Query(description="A clinic's `id`, in any language.", ge=0)]
Since = Annotated[date | None, Query(description="Only news of this day and after it.")]
PageLocale = Annotated[
    str | None, Query(description="The language asked for; that of the page if left out.")
]
Fallback = Annotated[
    Literal["none", "default"],
    Query(
        description="Where the page is not there in this language: `none` answers 404 with the"
        " languages that exist, `default` with the page in the site's first language, and says so."
    ),
]
PagePath = Annotated[str, Query(description="As `path` in cards and links.", max_length=2000)]
PageId = Annotated[int, Path(ge=0)]


@router.get(
    "/news",
    operation_id="list_news",
    url_name="news",
    summary="List news, newest first",
    response={200: NewsList, **describe.errors(400, 422)},
)
def list_news(
    request: HttpRequest,
    locale: Locale = None,
    category: Slug = None,
    specialty: Slug = None,
    country: Country = None,
    clinic: Clinic = None,
    since: Since = None,
    fields: Fields = "card",
    limit: Limit = content.FEW,
    cursor: Cursor = None,
) -> HttpResponse:
    return content.news(request)


@router.get(
    "/clinics",
    operation_id="list_clinics",
    url_name="clinics",
    summary="List clinics by name",
    response={200: ClinicList, **describe.errors(400, 422)},
)
def list_clinics(
    request: HttpRequest,
    locale: Locale = None,
    specialty: Slug = None,
    country: Country = None,
    fields: Fields = "card",
    limit: Limit = content.FEW,
    cursor: Cursor = None,
) -> HttpResponse:
    return content.clinics(request)


@router.get(
    "/pages/by-path",
    operation_id="get_page_by_path",
    url_name="page_by_path",
    summary="Read the page at an address",
    response={200: PageAnswer, **describe.errors(400, 422)},
)
def get_page_by_path(
    request: HttpRequest, path: PagePath, locale: PageLocale = None, fallback: Fallback = "none"
) -> HttpResponse:
    """Without `locale` the language is that of the path."""
    return content.page_by_path(request)


@router.get(
    "/pages/{id}",
    operation_id="get_page",
    url_name="page",
    summary="Read a page",
    response={200: PageAnswer, **describe.errors(400, 422)},
)
def get_page(
    request: HttpRequest,
    id: PageId,  # noqa: A002  (its name in the contract)
    locale: PageLocale = None,
    fallback: Fallback = "none",
) -> HttpResponse:
    """With `locale`: the translation of this page, whichever language the id is of."""
    return content.page_by_id(request, str(id))


@router.get(
    "/locales",
    operation_id="list_locales",
    url_name="locales",
    summary="List the languages",
    response={200: LocaleList, **describe.errors(400, 422)},
)
def list_locales(request: HttpRequest) -> HttpResponse:
    return frame.locales(request)


@router.get(
    "/site",
    operation_id="get_site",
    url_name="site",
    summary="Read what stands on every page",
    response={200: SiteAnswer, **describe.errors(400, 422)},
)
def get_site(request: HttpRequest, locale: Locale = None) -> HttpResponse:
    return frame.site(request)
