"""What the row of a page is to hold, and writing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page, Site

from cms.delivery import disclaimers, facets, references
from cms.delivery.models import Document, ListEntry, Reason, Reference
from cms.delivery.stamps import hash_path, make_etag
from cms.finding import index as search_index
from home import documents, privacy
from home.documents.words import Words
from home.models import MedicalPage, SiteImage

TEXTS = ("card", "body")


@dataclass(frozen=True)
class Content:
    """What readers get of a page, and how they find it. Every field but the last four is a column.

    Attributes:
        undrawn: sizes of its pictures that it will show when they are there.
        words: what search finds it by.
    """

    kind: str
    locale: str
    translation_key: str
    path: str
    path_hash: str
    tree_path: str
    position: bytes
    disclaimer_key: str
    card: bytes
    body: bytes
    etag: str
    until: date | None
    lists: frozenset[str]
    references: frozenset[tuple[str, str]]
    undrawn: Mapping[int, tuple[str, ...]]
    words: Words


OTHER_TABLES = {"lists", "references", "undrawn", "words"}
ALL = frozenset(f.name for f in fields(Content))
COLUMNS = tuple(f.name for f in fields(Content) if f.name not in OTHER_TABLES)


@dataclass(frozen=True)
class Result:
    """What a build has changed: anything at all, and what other documents may show of it.

    Attributes:
        shows_more: it shows rows that it did not show before. Who changed one of them while it was
            built could not know of it, so it is to be built once more when this is committed.
    """

    changed: bool = False
    seen_elsewhere: bool = False
    shows_more: bool = False
    undrawn: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def refresh(page_id: int) -> Result:
    """Build one page's document from what the database holds now, and write it if it differs.

    Locks the page's row first: what an editor publishes meanwhile is built after us.
    """
    page = Page.objects.select_for_update(of=("self",), no_key=True).filter(pk=page_id).first()
    return write(page_id, make(read_whole(page) if page else None))


def read_whole(page: Page) -> Any:
    """The page as its own type, with its rows of other tables, each asked for once."""
    model = page.specific_class
    if model in (None, Page):
        return page.specific
    whole = model._default_manager.select_related("locale").get(pk=page.pk)
    for relation in get_all_child_relations(model):
        if relation.name != COMMENTS_RELATION_NAME:
            read_children(whole, relation)
    return whole


def read_children(page: Any, relation: Any) -> None:
    """Kept on the page, in their order, with what they point to."""
    joins = list(get_joins(relation))
    manager = getattr(page, relation.name)
    children = manager.get_live_queryset()
    manager.set(list(children.select_related(*joins) if joins else children))


def get_joins(relation: Any) -> Iterator[str]:
    """What the rows point to, and the picture of that: a person's portrait."""
    for key in relation.related_model._meta.fields:
        if key.many_to_one and key.name != relation.field.name:
            yield key.name
            inner = key.related_model._meta.fields
            yield from (f"{key.name}__{f.name}" for f in inner if f.related_model is SiteImage)


def write(page_id: int, made: Content | Reason) -> Result:
    stored = Document.objects.filter(pk=page_id).first()
    if isinstance(made, Reason):
        return remove(stored, made)
    differences = ALL
    if stored is not None and stored.is_public:
        differences = frozenset(get_differences(stored, made))
    if stored is not None and not differences:
        Document.objects.filter(pk=page_id).update(built_at=timezone.now())
        if not search_index.has(page_id):
            search_index.keep(page_id, made.locale, made.words)
        return Result(undrawn=made.undrawn)
    columns = {name: getattr(made, name) for name in COLUMNS}
    columns |= {"is_public": True, "reason": "", "change": None, "built_at": timezone.now()}
    Document.objects.bulk_create(
        [Document(page_id=page_id, **columns)],
        update_conflicts=True,
        unique_fields=["page_id"],
        update_fields=list(columns),
    )
    if made.disclaimer_key:
        disclaimers.ensure(made.disclaimer_key, made.locale)
    if differences & {"lists", "position"}:
        write_lists(page_id, made)
    is_new = stored is None or not stored.is_public
    shows_more = is_new
    if "references" in differences:
        shows_more |= write_references(page_id, made.references)
    search_index.keep(page_id, made.locale, made.words)
    elsewhere = is_new
    if stored is not None and not is_new:
        elsewhere = bytes(stored.card) != made.card or stored.path != made.path
    return Result(
        changed=True, seen_elsewhere=elsewhere, shows_more=shows_more, undrawn=made.undrawn
    )


def remove(stored: Document | None, reason: Reason) -> Result:
    """Leave a tombstone, if there was anything."""
    if stored is None or (not stored.is_public and stored.reason == reason):
        return Result()
    empty = {"is_public": False, "card": b"", "body": b"", "etag": "", "until": None}
    Document.objects.filter(pk=stored.pk).update(
        **empty, reason=reason, change=None, built_at=timezone.now()
    )
    ListEntry.objects.filter(page_id=stored.pk).delete()
    Reference.objects.filter(page_id=stored.pk).delete()
    search_index.forget(stored.pk)
    return Result(changed=True, seen_elsewhere=stored.is_public)


def take_away(page_id: int) -> None:
    """A document that cannot be built would say what is no longer so. It has no reason to be gone:
    that is how the daily look knows it."""
    Document.objects.filter(pk=page_id).update(
        is_public=False, reason="", change=None, built_at=timezone.now()
    )
    search_index.forget(page_id)


def write_lists(page_id: int, made: Content) -> None:
    ListEntry.objects.filter(page_id=page_id).delete()
    ListEntry.objects.bulk_create(
        ListEntry(page_id=page_id, key=key, position=made.position) for key in sorted(made.lists)
    )


def write_references(page_id: int, wanted: frozenset[tuple[str, str]]) -> bool:
    """True if there are some that were not there."""
    rows = Reference.objects.filter(page_id=page_id)
    stored = {
        (model, object_id): pk
        for pk, model, object_id in rows.values_list("pk", "model", "object_id")
    }
    gone = [pk for target, pk in stored.items() if target not in wanted]
    if gone:
        Reference.objects.filter(pk__in=gone).delete()
    new = wanted - stored.keys()
    Reference.objects.bulk_create(
        Reference(page_id=page_id, model=model, object_id=object_id)
        for model, object_id in sorted(new)
    )
    return bool(new)


def make(page: Any | None) -> Content | Reason:
    """What the document of this specific page is to say, or why there is to be none."""
    if page is None:
        return Reason.DELETED
    with privacy.read_once():
        path = get_path(page)
        reason = get_reason_to_hide(page, path)
        if reason:
            return reason
        try:
            return make_content(page, path)
        except documents.NotServable:
            return Reason.RECALLED


def get_reason_to_hide(page: Any, path: str) -> Reason | None:
    is_medical = isinstance(page, MedicalPage)
    if not page.live:
        return Reason.RECALLED if is_medical and not page.expired else Reason.UNPUBLISHED
    if not path:
        return Reason.MOVED
    return None if privacy.is_public(page) else Reason.RESTRICTED


def get_path(page: Any) -> str:
    """Its address on the default site; empty where it has none there."""
    found = page.get_url_parts()
    if not found or not found[2]:
        return ""
    site = Site.objects.filter(is_default_site=True).only("pk").first()
    return str(found[2]) if site is not None and site.pk == found[0] else ""


def make_content(page: Any, path: str) -> Content:
    built = documents.build(page)
    body = disclaimers.without_version(built.body)
    position = facets.get_position(page)
    kind, locale = documents.get_kind(page).name, page.locale.language_code
    return Content(
        kind=kind,
        locale=locale,
        translation_key=str(page.translation_key),
        path=path,
        path_hash=hash_path(path),
        tree_path=page.path,
        position=position,
        disclaimer_key=built.disclaimer_key,
        card=built.card,
        body=body,
        etag=make_etag(built.card, body, position),
        until=built.valid_until,
        lists=facets.get_lists(kind, locale, facets.get_facets(page)),
        references=references.get_references(page),
        undrawn=built.undrawn,
        words=built.words,
    )


def get_differences(stored: Document, made: Content) -> list[str]:
    """The names of the columns and tables in which the row is not what it should be."""
    found = [name for name in COLUMNS if as_plain(getattr(stored, name)) != getattr(made, name)]
    entries = ListEntry.objects.filter(page_id=stored.pk).values_list("key", flat=True)
    if set(entries) != made.lists:
        found.append("lists")
    named = Reference.objects.filter(page_id=stored.pk).values_list("model", "object_id")
    if set(named) != made.references:
        found.append("references")
    return found


def as_plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
