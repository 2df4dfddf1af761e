"""What is the same in every language: prices, telephones, doctors, pictures.

It follows the original as soon as that is published, and waits for no translator. Words are left
as they are: what cannot be had without new words stays, and the translation is marked stale.
See docs/decisions/0021-stale-is-written-when-it-happens.md.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.fields import StreamField

from home.translations.judge import Judgement, find_source, is_shown
from home.translations.state import is_in_own_language
from home.translations.texts import Text, checksum_of, get_texts, get_words, name_blocks

# An address may be taken in the other language, and nothing that readers are told hangs on it.
NOT_CARRIED = frozenset({"slug"})


@dataclass
class Difference:
    """How a translation's facts differ from its original's.

    `values` are what it should have, by field; a relation's rows are copied. `left` are fields
    that cannot be had without words that nobody has translated.
    """

    values: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values or self.left)


def take_facts(row: Any) -> None:
    """Give a translation that is about to go live what its original says today.

    Whatever it was made of, a draft, an old revision or localize's copy of the original, may hold
    the price of last year. No query for the site's own language.
    """
    if not row._state.adding and not is_in_own_language(row):
        take_facts_of(row, find_source(row))


def take_facts_of(row: Any, found: Judgement) -> None:
    if is_built_from(found) and is_shown(found.source):
        apply(find_difference(row, found.source), row, found.source)


def is_built_from(found: Judgement) -> bool:
    """Whether localize makes this translation; what an editor writes by hand is theirs."""
    return found.source is not None and found.translation is not None and found.translation.enabled


def find_difference(row: Any, source: Any) -> Difference:
    """Takes both as they are stored. A query for each relation of each, one for the strings."""
    found = Difference()
    for name in get_same(type(row)):
        value = get_raw(source, name)
        if get_raw(row, name) != value:
            found.values[name] = value
    streams = get_streams(type(row))
    if streams:
        Streams(row, source).compare(streams, found)
    return found


def apply(difference: Difference, row: Any, source: Any) -> None:
    for name, value in difference.values.items():
        one = row._meta.get_field(name)
        if isinstance(one, models.ManyToOneRel):
            source.copy_child_relation(name, row)
        else:
            setattr(row, one.attname, as_stream(one, value) if is_stream(one) else value)


def is_stream(one: Any) -> bool:
    return isinstance(one, StreamField)


def as_stream(one: Any, value: Any) -> Any:
    return one.to_python(json.dumps(value))


def as_json(one: Any, stream: Any) -> Any:
    return json.loads(json.dumps(one.get_prep_value(stream), cls=DjangoJSONEncoder))


def checksum_of_facts(row: Any) -> str:
    """Takes the row as it is stored. Words of a stream count too: they may hold a fact."""
    names = [*get_same(type(row)), *get_streams(type(row))]
    return checksum_of(json.dumps({name: get_raw(row, name) for name in names}, default=str))


def get_same(model: Any) -> list[str]:
    """Fields and ordered rows that are declared the same in every language."""
    from wagtail_localize.fields import SynchronizedField

    return [one.field_name for one in get_declared(model) if isinstance(one, SynchronizedField)]


def get_streams(model: Any) -> list[str]:
    """Streams with words in them, and with what is no word."""
    from wagtail_localize.fields import TranslatableField

    return [
        one.field_name
        for one in get_declared(model)
        if isinstance(one, TranslatableField) and is_stream(one.get_field(model))
    ]


def get_declared(model: Any) -> Iterable[Any]:
    from wagtail_localize.fields import get_translatable_fields  # theirs imports models

    return (one for one in get_translatable_fields(model) if one.field_name not in NOT_CARRIED)


def get_raw(row: Any, name: str) -> Any:
    one = row._meta.get_field(name)
    if isinstance(one, models.ManyToOneRel):
        return [get_raw_child(child, one.field.name) for child in getattr(row, name).all()]
    value = one.value_from_object(row)
    return as_json(one, value) if is_stream(one) else value


def get_raw_child(child: Any, parent: str) -> dict[str, Any]:
    fields = (one for one in child._meta.concrete_fields if not one.primary_key)
    return {one.name: one.value_from_object(child) for one in fields if one.name != parent}


class Streams:
    """The streams of an original, in the words that its translation has already."""

    def __init__(self, row: Any, source: Any) -> None:
        self.row = row
        self.source = source

    def compare(self, names: list[str], found: Difference) -> None:
        for name in names:
            value = self.translate(name)
            if value is None:
                found.left.append(name)
            elif get_raw(self.row, name) != value:
                found.values[name] = value

    def translate(self, name: str) -> Any | None:
        """The original's stream with the translation's words, or None where they do not fit.

        Where everything is translated nothing is lost by leaving out what the original has left
        out. Where something is not, the last complete version stays whole.
        """
        segments = self.segments[name]
        texts = [self.find_words(one) for one in segments if hasattr(one, "string")]
        places = {(path, get_words(data)) for path, data in texts if data is not None}
        if None in (data for _path, data in texts):
            return None
        if places != {text.place for text in self.texts[name]} and not self.is_complete:
            return None
        return self.fill(name, [self.say(one) for one in segments])

    def fill(self, name: str, segments: list[Any]) -> Any:
        from wagtail_localize.segments.ingest import StreamFieldSegmentsWriter

        one = self.source._meta.get_field(name)
        stream = as_stream(one, get_raw(self.source, name))
        writer = StreamFieldSegmentsWriter(one, self.source.locale, self.row.locale)
        writer.handle_stream_block(stream, [segment.unwrap()[1] for segment in segments])
        return as_json(one, stream)

    def say(self, segment: Any) -> Any:
        """The same piece in the translation's words. Where its links lead is as in the original."""
        from wagtail_localize.segments import StringSegmentValue
        from wagtail_localize.strings import StringValue

        if not hasattr(segment, "string"):
            return segment
        path, data = self.find_words(segment)
        made = StringSegmentValue(path, StringValue(data), attrs=segment.attrs)
        return made.with_order(segment.order)

    def find_words(self, segment: Any) -> tuple[str, str | None]:
        """What readers of the translation are shown for this piece, if it is its translation."""
        made = self.made.get((segment.path, get_words(segment.string.data)), [])
        shown = (data for data in made if (segment.path, get_words(data)) in self.places)
        return segment.path, next(shown, None)

    @cached_property
    def is_complete(self) -> bool:
        """Whether no text of the original waits for a translator."""
        pieces = [one for several in self.segments.values() for one in several]
        return all(self.find_words(one)[1] is not None for one in pieces if hasattr(one, "string"))

    @cached_property
    def segments(self) -> dict[str, list[Any]]:
        """Pieces of text and their frames, by field."""
        from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue
        from wagtail_localize.segments.extract import extract_segments

        name_blocks(self.source)
        found: dict[str, list[Any]] = defaultdict(list)
        for one in extract_segments(self.source):
            if isinstance(one, StringSegmentValue | TemplateSegmentValue):
                found[one.path.split(".", 1)[0]].append(one)
        return found

    @cached_property
    def texts(self) -> dict[str, list[Text]]:
        found: dict[str, list[Text]] = defaultdict(list)
        for text in get_texts(self.row):
            found[text.path.split(".", 1)[0]].append(text)
        return found

    @cached_property
    def places(self) -> set[tuple[str, str]]:
        return {text.place for several in self.texts.values() for text in several}

    @cached_property
    def made(self) -> dict[tuple[str, str], list[str]]:
        """For each text of an original, the translations there are of it."""
        rows = apps.get_model("wagtail_localize.StringTranslation").objects.filter(
            context__object_id=self.row.translation_key, locale_id=self.row.locale_id
        )
        made: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path, original, data in rows.values_list(
            "context__path", "translation_of__data", "data"
        ):
            made[path, get_words(original)].append(data)
        return made
