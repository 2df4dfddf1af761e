"""Wagtail's publishing action, whole or not at all.

The v3 API takes it from the action registry; see `home.gate_admin`.
"""

from typing import Any

from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction


class AtomicPublish(PublishPageRevisionAction):
    @transaction.atomic
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        return super().execute(*args, **kwargs)
