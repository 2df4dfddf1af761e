"""How far translations are, for editors: many at once, in a few queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from home.models import AcceptedText
from home.translations.judge import get_human_tools
from home.translations.texts import checksum_of, get_words

OF_STRING = "string__translations__"


@dataclass(frozen=True)
class Progress:
    """Of one translation: how many texts there are, and how many may be shown to readers.

    `waiting` are a machine's and not accepted yet; they do not count as done.
    """

    total: int
    done: int
    waiting: int = 0

    @property
    def is_complete(self) -> bool:
        return self.done == self.total

    @property
    def per_cent(self) -> int:
        """Rounded down: 100 means complete."""
        return 100 if self.is_complete else self.done * 100 // self.total


def get_progress(translations: Iterable[Translation]) -> dict[int, Progress]:
    """The progress of these, by primary key, in three queries."""
    pks = [translation.pk for translation in translations]
    waiting = count_waiting(pks)
    return {
        row["pk"]: Progress(row["total"], row["found"] - waiting[row["pk"]], waiting[row["pk"]])
        for row in count_strings(pks)
    }


def count_strings(pks: list[int]) -> Any:
    translated = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=OuterRef(OuterRef("target_locale_id")),
        has_error=False,
    )
    segments = StringSegment.objects.filter(source_id=OuterRef("source_id"))
    return (
        Translation.objects.filter(pk__in=pks)
        .annotate(
            total=count(segments.order_by().values("source_id")),
            found=count(segments.filter(Exists(translated)).order_by().values("source_id")),
        )
        .values("pk", "total", "found")
    )


def count(segments: Any) -> Any:
    rows = segments.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def count_waiting(pks: list[int]) -> Counter[int]:
    """For each, how many of its texts are a machine's that nobody accepted."""
    found = list(get_machine_segments(pks))
    accepted = get_accepted({row["source__object_id"] for row in found}) if found else set()
    return Counter(
        row["job"]
        for row in found
        if (row["source__object_id"], row["locale"], row["context__path"], make_checksum(row))
        not in accepted
    )


def make_checksum(row: dict[str, Any]) -> str:
    return checksum_of(get_words(row["string__translations__data"]))


def get_machine_segments(pks: list[int]) -> Any:
    """One row for each segment of these that a machine translated, with its words."""
    rows = StringSegment.objects.filter(
        is_machines(),
        source__translations__in=pks,
        string__translations__has_error=False,
        string__translations__context_id=F("context_id"),
        string__translations__locale_id=F("source__translations__target_locale_id"),
    )
    return rows.order_by("order").values(
        "source__object_id",
        "context__path",
        "string__data",
        "string__translations__data",
        job=F("source__translations"),
        locale=F("source__translations__target_locale_id"),
    )


def is_machines() -> Q:
    """As `judge.is_machine`, in a query."""
    by_people = Q(**{f"{OF_STRING}tool_name__in": get_human_tools()})
    return Q(**{f"{OF_STRING}translation_type": "machine"}) | ~by_people


def get_accepted(keys: Iterable[Any]) -> set[tuple[Any, int, str, str]]:
    rows = AcceptedText.objects.filter(translation_key__in=keys)
    return set(rows.values_list("translation_key", "locale_id", "path", "checksum"))
