"""A draft as it would be published, for whoever has its link."""

import logging
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router

from cms.api import tokens
from cms.api.schemas import PageAnswer
from home import documents
from home.publishing import disclaimer_for
from treatment_forms.api import describe
from treatment_forms.http import keep_private

logger = logging.getLogger(__name__)

router = Router(tags=["content"])

Token = Annotated[str, Path(description="From the link that an editor has made.")]


@router.get(
    "/preview/{token}",
    operation_id="get_preview",
    url_name="get_preview",
    summary="Read a draft",
    response={200: PageAnswer, **describe.errors()},
)
def show(request: HttpRequest, token: Token) -> HttpResponse:
    """The version that an editor has made a link to, as `/pages/{id}` would give it.

    A link is good for an hour. One that is not, or no longer, is as unknown as any other.
    """
    try:
        page = tokens.read(token).as_object()
        built = documents.build(page, is_preview=True)
    except (Http404, documents.NotServable) as error:
        logger.warning("Preview: there is no such version")
        raise Http404 from error
    return keep_private(HttpResponse(write(page, built), content_type="application/json"))


def write(page: object, built: documents.Built) -> bytes:
    """In the words of `PageAnswer`."""
    disclaimer = disclaimer_for(page) if hasattr(page, "disclaimer") else None
    text = documents.build_disclaimer(disclaimer) if disclaimer else b""
    locale = page.locale.language_code.encode()  # type: ignore[attr-defined]  # a page's
    return (
        b'{"requested_locale":"%b","content_locale":"%b","is_fallback":false,'
        b'"disclaimers":[%b],"page":%b}'
    ) % (locale, locale, text, built.body)
