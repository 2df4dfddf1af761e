"""Which disclaimers a reader may be shown: live, with a text, and approved as they stand."""

from collections.abc import Iterator
from typing import Any, Self
from uuid import UUID

from django.apps import apps


class Disclaimers:
    """All disclaimers, as one query found them. There are a few for each language."""

    def __init__(self, rows: list[Any]) -> None:
        self.by_pk = {row.pk: row for row in rows}
        self._all: dict[tuple[UUID, int], Any] = {
            (row.translation_key, row.locale_id): row for row in rows
        }
        self._valid = {place: row for place, row in self._all.items() if row.is_valid}
        self._default_pk = next((row.pk for row in rows if row.is_default), None)

    @classmethod
    def load(cls) -> Self:
        rows = apps.get_model("home.Disclaimer").objects.select_related("locale")
        return cls(list(rows))

    @classmethod
    def load_locked(cls) -> Self:
        """As `load`, and hold the rows until the transaction ends.

        Publishing a page and unpublishing its disclaimer at the same moment would otherwise each
        see the other not yet done. SQLite ignores the lock: it has one writer anyway.
        """
        rows = apps.get_model("home.Disclaimer").objects.select_related("locale")
        return cls(list(rows.select_for_update(of=("self",), no_key=True).order_by("pk")))

    def get_named_by(self, page: Any) -> Any | None:
        """The row a page is to point at: what its body names, else the default, in its language.

        Another language's where there is no such translation; the gate refuses that. None when
        neither exists.
        """
        chosen = page.chosen_disclaimer_id() or self._default_pk or page.disclaimer_id
        named = self.by_pk.get(chosen)
        if named is None:
            return None
        return self._all.get((named.translation_key, page.locale_id), named)

    def of(self, page: Any) -> Any | None:
        """The disclaimer this page shows: the one it names, in the page's own language."""
        named = self.by_pk.get(page.disclaimer_id)
        return None if named is None else self._valid.get((named.translation_key, page.locale_id))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.by_pk.values())
