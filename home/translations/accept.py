"""A named person reads a text that nobody stands for, and accepts it as it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from home.models import AcceptedText
from home.translations.judge import Doubt, find_source, judge
from home.translations.progress import get_accepted, get_machine_segments
from home.translations.texts import checksum_of, get_texts, get_words


@dataclass(frozen=True)
class Doubtful:
    """One text to be read: at its place, beside its original, and why it is in doubt."""

    path: str
    original: str
    words: str
    kind: Doubt

    @property
    def key(self) -> str:
        """Names this very text at this place: another one is not accepted by the same click."""
        return checksum_of(f"{self.path}\0{self.words}")


def get_doubtful(row: Any) -> list[Doubtful]:
    """The texts of a page or snippet that somebody could accept.

    Of a translation that localize builds: what machines wrote. Of one that is written by hand:
    also what is word for word as in the original, which may be meant.
    """
    found = find_source(row)
    if found.translation is not None and found.translation.enabled:
        return get_machine_made(found.translation)
    draft = get_draft(row)
    originals = {text.path: text.words for text in get_texts(found.source)} if found.source else {}
    return [
        Doubtful(text.path, originals.get(text.path, ""), text.words, kind)
        for text, kind in judge(draft).doubts
    ]


def get_draft(row: Any) -> Any:
    has_drafts = getattr(row, "latest_revision_id", None) is not None
    return row.get_latest_revision_as_object() if has_drafts else row


def get_machine_made(translation: Any) -> list[Doubtful]:
    key, locale = translation.source.object_id, translation.target_locale_id
    accepted = {
        (path, checksum) for _key, of, path, checksum in get_accepted([key]) if of == locale
    }
    made = [
        Doubtful(
            segment["context__path"],
            get_words(segment["string__data"]),
            get_words(segment["string__translations__data"]),
            Doubt.MACHINE,
        )
        for segment in get_machine_segments([translation.pk])
    ]
    return [
        one for one in dict.fromkeys(made) if (one.path, checksum_of(one.words)) not in accepted
    ]


def accept(row: Any, keys: Collection[str], *, user: Any, at: datetime) -> tuple[int, int]:
    """Accept the texts of these keys; tells how many were, and how many read otherwise by now.

    Args:
        keys: `Doubtful.key` of each text that this person was shown.
        at: aware.
    """
    chosen = [one for one in get_doubtful(row) if one.key in keys]
    AcceptedText.objects.bulk_create(
        AcceptedText(
            translation_key=row.translation_key,
            locale_id=row.locale_id,
            path=one.path,
            checksum=checksum_of(one.words),
            accepted_by=user,
            accepted_by_name=user.get_full_name() or user.get_username(),
            accepted_at=at,
        )
        for one in chosen
    )
    return len(chosen), len(set(keys)) - len({one.key for one in chosen})
