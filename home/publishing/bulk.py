"""Publishing many pages at once: one that is refused does not stop the others."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from home.publishing import refusals
from home.publishing.problem import PublishRefused, Refused, as_problems


class GatedPublishBulkAction(PublishBulkAction):
    """Publishes what passes the gate. The middleware lists what does not, with its reasons."""

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: Any = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        parents = children = 0
        for page in objects:
            parents += publish_latest(page.specific, user)
            if include_descendants:
                children += sum(publish_latest(p, user) for p in get_drafts_below(page, user))
        return parents, children


def get_drafts_below(page: Page, user: Any) -> Iterable[Page]:
    for draft in page.get_descendants().not_live().specific().iterator():
        if user is None or draft.permissions_for_user(user).can_publish():
            yield draft


def publish_latest(page: Page, user: Any) -> bool:
    """Publish in a transaction of its own; False, and noted, where it was refused."""
    try:
        with transaction.atomic():
            revision = page.get_latest_revision() or page.save_revision(user=user)
            revision.publish(user=user)
    except Refused:
        return False
    except ValidationError as error:  # a page type that is not ours
        refusals.note(PublishRefused(page, as_problems(error)))
        return False
    return True
