"""Notices what has changed, in the transaction that changes it.

One page is built anew there and then. What others show of it, and whatever a picture, a snippet or
the site changes on many, is written down as a mark; a worker builds it within seconds, and the
publisher's loop if there is no worker.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.signals import post_delete, post_save
from wagtail.documents import get_document_model
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    TranslatableMixin,
)
from wagtail.signals import post_page_move

from articles.models import PageReview
from cms.delivery import build, disclaimers, hiding, tasks
from cms.delivery.models import Document, Reason, StaleMark
from cms.delivery.references import name
from home.models import (
    Disclaimer,
    SiteImage,
    SitePage,
    SiteRendition,
    SiteSettings,
    TranslationRecord,
)
from home.signals import clock_ticked, page_written

logger = logging.getLogger(__name__)
Scope = StaleMark.Scope

# A save of nothing but these is the bookkeeping of drafts: no reader sees them.
UNSEEN_FIELDS = frozenset(
    {
        *("latest_revision", "latest_revision_created_at", "draft_title", "go_live_at"),
        *("has_unpublished_changes", "locked", "locked_at", "locked_by", "owner"),
        COMMENTS_RELATION_NAME,  # Wagtail names it in the save of every draft
    }
)


_rebuilds_later: ContextVar[bool] = ContextVar("rebuilds_later", default=False)


@contextmanager
def rebuilt_later() -> Iterator[None]:
    """For who makes many pages and then builds all documents: each would be built twice."""
    token = _rebuilds_later.set(True)
    try:
        yield
    finally:
        _rebuilds_later.reset(token)


def mark(scope: StaleMark.Scope, key: object = "") -> None:
    """Write down that this is stale, and wake a worker when the change is committed."""
    if _rebuilds_later.get():
        return
    StaleMark.objects.create(scope=scope, key=str(key))
    tasks.wake_after_commit()


# --- Pages ----------------------------------------------------------------------------


def build_written(sender: Any, instance: Any, update_fields: Any, **kwargs: Any) -> None:
    if _rebuilds_later.get():
        return
    if update_fields is not None and set(update_fields) <= UNSEEN_FIELDS:
        return
    if instance.live or Document.objects.filter(pk=instance.pk, is_public=True).exists():
        build_now(instance.pk)


def build_now(page_id: int) -> None:
    """Build within the caller's transaction.

    A document that cannot be built must not keep a recall from being published: it is taken
    away, since what it says is no longer so, and tried again by the workers.
    """
    try:
        with transaction.atomic():
            result = build.refresh(page_id)
    except DatabaseError:
        raise
    except Exception:  # whatever a block raises; logged with its trace
        logger.exception("document %s cannot be built", page_id)
        build.take_away(page_id)
        mark(Scope.PAGE, page_id)
        return
    if result.changed:
        tasks.number_after_commit()
    if result.seen_elsewhere:
        mark_readers_of(page_id)
    if result.shows_more:
        mark(Scope.PAGE, page_id)
    tasks.draw_after_commit(result.undrawn)


def mark_readers_of(page_id: int) -> None:
    """Its translations, what stands below it, and what shows its card."""
    mark(Scope.OBJECT, f"{Page._meta.label}:{page_id}")


def mark_saved_page(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A page that is not of this site's own kind, or was loaded without its type."""
    fields = kwargs.get("update_fields")
    if raw or not isinstance(instance, Page) or isinstance(instance, SitePage):
        return
    if fields is None or not set(fields) <= UNSEEN_FIELDS:
        mark(Scope.PAGE, instance.pk)


def mark_moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    hiding.hide_private()
    mark(Scope.PAGE, instance.pk)
    mark(Scope.BELOW, instance.path)


def mark_slug_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    mark(Scope.BELOW, instance.path)


def remove_deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    stored = Document.objects.filter(pk=instance.pk).first()
    if stored is None:
        return
    mark_readers_of(instance.pk)
    build.remove(stored, Reason.DELETED)
    tasks.number_after_commit()


# --- What pages show ------------------------------------------------------------------


def mark_shown(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    mark(Scope.OBJECT, name(instance))


def mark_undrawn(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A size of a picture is gone, and must not be pointed at. What was drawn is no change: a
    document whose picture lacks a size has it drawn itself."""
    mark(Scope.OBJECT, f"{SiteImage._meta.label}:{instance.image_id}")


def mark_translation(sender: Any, instance: TranslationRecord, **kwargs: Any) -> None:
    """Its original went live with other words, so that it is stale; or with the old ones again."""
    if "is_stale" in (kwargs.get("update_fields") or ()):
        place = {"translation_key": instance.translation_key, "locale": instance.locale_id}
        for pk in Page.objects.filter(**place).values_list("pk", flat=True):
            mark(Scope.PAGE, pk)


def mark_reviewed(sender: Any, instance: PageReview, **kwargs: Any) -> None:
    mark(Scope.PAGE, instance.page_id)


def build_disclaimer(sender: Any, instance: Disclaimer, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    # Not the instance: saving a draft saves the bookkeeping of a row that holds the draft's words.
    stored = Disclaimer.objects.select_related("locale").get(pk=instance.pk)
    if disclaimers.refresh(stored):  # pages come with it, or go
        mark(Scope.OBJECT, name(instance))
    tasks.number_after_commit()


def remove_disclaimer(sender: Any, instance: Disclaimer, **kwargs: Any) -> None:
    disclaimers.remove(instance.pk)
    tasks.number_after_commit()


# --- Everything -----------------------------------------------------------------------


def mark_all(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    mark(Scope.ALL)


def close(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """What became private is hidden now; what became public is built by a worker."""
    if not raw:
        hiding.hide_private()
        hiding.mark_opened()
        tasks.wake_after_commit()


def get_shown_models() -> Collection[Any]:
    """Snippets that pages name, pictures and files: all that a document may show a part of."""
    from django.apps import apps

    snippets = [
        model
        for model in apps.get_models()
        if issubclass(model, TranslatableMixin)
        and not issubclass(model, Page | Disclaimer)
        and model._meta.app_label in {"articles", "home"}
    ]
    return [*snippets, SiteImage, get_document_model()]


def connect() -> None:
    page_written.connect(build_written, dispatch_uid="document_page_written")
    post_save.connect(mark_saved_page, dispatch_uid="document_page_saved")
    post_delete.connect(remove_deleted, sender=Page, dispatch_uid="document_page_deleted")
    post_page_move.connect(mark_moved, dispatch_uid="document_page_moved")
    for signal in (post_save, post_delete):
        for model in get_shown_models():
            signal.connect(mark_shown, sender=model, dispatch_uid=f"document_{model._meta.label}")
        for model in (Site, SiteSettings, Locale, CollectionViewRestriction):
            signal.connect(mark_all, sender=model, dispatch_uid=f"document_{model._meta.label}")
        signal.connect(mark_reviewed, sender=PageReview, dispatch_uid="document_review")
        signal.connect(close, sender=PageViewRestriction, dispatch_uid="document_restriction")
    post_save.connect(
        mark_translation, sender=TranslationRecord, dispatch_uid="document_translation"
    )
    post_delete.connect(mark_undrawn, sender=SiteRendition, dispatch_uid="document_rendition")
    post_save.connect(build_disclaimer, sender=Disclaimer, dispatch_uid="document_disclaimer")
    post_delete.connect(remove_disclaimer, sender=Disclaimer, dispatch_uid="document_no_disclaimer")
    clock_ticked.connect(tasks.sweep, dispatch_uid="document_sweep")
