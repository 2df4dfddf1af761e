"""Writes down what readers were shown, at every door: connected when the app is ready."""

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Page
from wagtail.signals import page_unpublished

from articles.models import NewsPage
from articles.models.corrections import record_corrections

SHOWING = frozenset({"live", "corrections"})


def record_saved(sender: type[Page], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Of a `NewsPage` what it says; of a bare `Page`, which brings no corrections, its row's."""
    fields = kwargs.get("update_fields")
    if raw or not instance.live or (fields is not None and not SHOWING & set(fields)):
        return
    if issubclass(instance.specific_class or Page, NewsPage):
        record_corrections(instance.specific)


def record_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """For a page that went live by no door."""
    if isinstance(instance, NewsPage):
        record_corrections(instance)


def connect() -> None:
    post_save.connect(record_saved, sender=NewsPage, dispatch_uid="record_news")
    post_save.connect(record_saved, sender=Page, dispatch_uid="record_bare_page")
    page_unpublished.connect(record_unpublished, dispatch_uid="record_unpublished")
