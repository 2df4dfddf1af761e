"""What translators are given, declared beside each model and in each leaf of a block: words only.

wagtail-localize would also show them whatever may differ between languages: addresses, pictures,
pages by their number. Here all of that is the same in every language; a link is led to the
reader's language when it is shown. See docs/decisions/0024-what-translators-are-given.md.
"""

from collections.abc import Iterable
from typing import Any

from wagtail_localize.fields import SynchronizedField, TranslatableField
from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import INLINE_TAGS, extract_strings, restore_strings

Declared = list[TranslatableField | SynchronizedField]

# Without these "10<sup>9</sup>" is torn into "10" and "9", each to be translated for itself.
INLINE_TAGS.extend(tag for tag in ("sub", "sup") if tag not in INLINE_TAGS)


class Words(TranslatableField):
    """A text, or a stream with texts in it. What else the stream holds is as in the original."""

    def is_overridable(self, obj: Any) -> bool:
        return False


def words(*names: str) -> Declared:
    """Fields whose words are translated."""
    return [Words(name) for name in names]


def twins(*names: str) -> Declared:
    """Foreign keys to what exists once in each language: a translation has that of its own."""
    return [TranslatableField(name) for name in names]


def same(*names: str) -> Declared:
    """Fields and ordered rows that are the same in every language, and follow the original."""
    return [SynchronizedField(name, overridable=False) for name in names]


def split_rich_text(html: str | None) -> list[Any]:
    """Its frame and its strings. A link is a mark around words: where it leads is in neither."""
    template, strings = extract_strings(html or "")
    texts = [StringSegmentValue("", text, attrs=attrs) for text, attrs in strings]
    return [TemplateSegmentValue("", "html", template, len(strings)), *texts]


def join_rich_text(segments: Iterable[Any]) -> str:
    _format, template, strings = organise_template_segments(list(segments))
    html: str = restore_strings(template, strings)
    return html


class SameEverywhere:
    """A leaf of a block that translators are not given. Before Wagtail's block among the bases."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        return value
