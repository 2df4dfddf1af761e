"""A private storage in which something happens at the worst moment."""

from collections.abc import Callable
from typing import Any

from django.core.files.storage import FileSystemStorage

happenings: dict[str, Callable[[], None]] = {}
"""What is done once, right after bytes were saved (`saved`) or before they are (`saving`)."""


class EventfulStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        happenings.pop("saving", lambda: None)()
        saved = super()._save(name, content)
        happenings.pop("saved", lambda: None)()
        return saved
