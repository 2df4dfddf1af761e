"""Every demo page goes live through its own revision, as an editor's does."""

from datetime import UTC, date, datetime, time
from typing import Any

from wagtail.models import Page


def add(parent: Page, page: Any, *, on: date | None = None) -> Any:
    """Add a page as a draft, then publish it. `on` is the day readers are told."""
    page.live = False
    page.locale = parent.locale
    if on is not None:
        page.first_published_at = datetime.combine(on, time(9), tzinfo=UTC)
    parent.add_child(instance=page)
    return publish(page)


def publish(page: Any) -> Any:
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)
