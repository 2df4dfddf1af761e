"""One page as the two texts that apps are given: its card and the whole of it."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation

from home import privacy
from home.documents.cards import get_card_facts, make_ref
from home.documents.context import Context, NotServable
from home.documents.kinds import get_kind
from home.documents.parts import Alternate, Breadcrumb, Card, PageDocument, Seo, Translation
from home.documents.words import Words, get_words
from home.meta import PageMeta, make_meta
from home.publishing import is_servable
from home.publishing.gate import carries_disclaimer
from home.translations import get_state


@dataclass(frozen=True)
class Built:
    """
    Args:
        card, body: JSON objects, in UTF-8.
        disclaimer_key: the translation key of the disclaimer it shows; empty where it needs none.
        words: what search finds the page by.
        valid_until: the last day on which they are true as they stand; None: nothing in them ends.
        undrawn: renditions that are missing, as specs by the primary key of their image. When
            `renditions.draw` has made them, build again.
    """

    card: bytes
    body: bytes
    disclaimer_key: str
    words: Words
    valid_until: date | None
    undrawn: Mapping[int, tuple[str, ...]]


def build(page: Any, *, is_preview: bool = False) -> Built:
    """What a reader of this specific page is told, in the page's language. Draws nothing.

    Besides the page's own row it shows: the titles of the pages above it, its translations, the
    cards of pages that it names, pages and files that its texts link to, images, snippets, its
    newest review, the site's request form, and the disclaimer's version.

    Raises:
        NotServable: it lacks its disclaimer.
    """
    context = Context(page, is_preview=is_preview)
    if not is_servable(page, context.disclaimers):
        raise NotServable(page.pk)
    with privacy.read_once(), translation.override(context.language):
        card, document = make_card(page, context), make_document(page, context)
    undrawn = context.finish_images()
    return Built(
        card=card.model_dump_json().encode(),
        body=document.model_dump_json().encode(),
        disclaimer_key=get_disclaimer_key(page, context),
        words=get_words(document),
        valid_until=min(context.ends, default=None),
        undrawn=undrawn,
    )


def get_disclaimer_key(page: Any, context: Context) -> str:
    shown = context.disclaimers.of(page) if carries_disclaimer(page) else None
    return str(shown.translation_key) if shown else ""


def make_card(page: Any, context: Context) -> Card:
    kind = get_kind(page)
    return kind.card(**get_card_facts(page, context), **kind.fill_card(page, context))


def make_document(page: Any, context: Context) -> PageDocument:
    page = copy(page)  # what follows is kept on it, and is only true here
    kind = get_kind(page)
    others = context.get_translations()
    meta = give_meta(page, context)
    return kind.document(
        **make_ref(page, context).model_dump(),
        translation_key=str(page.translation_key),
        published_at=page.first_published_at,
        changed_at=page.last_published_at,
        breadcrumbs=[make_breadcrumb(above, context) for above in context.get_ancestors()],
        translations=[make_ref(other, context) for other in others],
        translation=make_translation(page),
        seo=make_seo(page, meta, others, context),
        json_ld=page.get_json_ld() if hasattr(page, "get_json_ld") else None,
        is_preview=context.is_preview,
        **kind.fill(page, context),
    )


def make_breadcrumb(page: Any, context: Context) -> Breadcrumb:
    return Breadcrumb(**context.get_address(page).model_dump(), title=page.title)


def make_translation(page: Any) -> Translation:
    state = get_state(page)
    names = ("is_stale", "source_revision_at", "accepted_at")
    facts = {name: getattr(state, name) for name in names}
    return Translation.model_validate({"origin": state.origin.value, **facts})


def give_meta(page: Any, context: Context) -> PageMeta | None:
    """What search engines are told, kept where `get_json_ld` looks for it."""
    if not hasattr(page, "get_meta"):
        return None
    page.shown_meta = make_meta(page, context.site, context.find_social, context.get_images)
    meta: PageMeta = page.shown_meta
    return meta


def make_seo(page: Any, meta: PageMeta | None, others: list[Any], context: Context) -> Seo:
    url = context.get_url(page)
    return Seo(
        title=meta.title if meta else page.seo_title or page.title,
        description=meta.description if meta else page.search_description,
        canonical_url=url,
        image_url=meta.image_url if meta else "",
        alternates=list(make_alternates(page, others, context)),
    )


def make_alternates(page: Any, others: list[Any], context: Context) -> Iterator[Alternate]:
    """The page in each language; `x-default` is the site's own."""
    for one in [page, *others] if others else []:
        code, url = one.locale.language_code, context.get_url(one)
        yield Alternate(hreflang=code, url=url)
        if code == settings.LANGUAGE_CODE:
            yield Alternate(hreflang="x-default", url=url)
