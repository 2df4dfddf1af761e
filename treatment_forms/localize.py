"""The one place that knows wagtail-localize, which a host may or may not have installed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from treatment_forms import choices


@dataclass(frozen=True)
class Doubt:
    """Words on a page that no person has translated."""

    path: str
    is_machine: bool  # else they are the original's


if apps.is_installed("wagtail_localize"):
    from wagtail_localize.fields import SynchronizedField
    from wagtail_localize.segments import StringSegmentValue
    from wagtail_localize.segments.extract import extract_segments

    MACHINE = "machine"  # of StringTranslation.TRANSLATION_TYPE_CHOICES

    def synchronized(*names: str) -> list[Any]:
        """Fields that are the same in every language, and are not offered to translators."""
        return [SynchronizedField(name, overridable=False) for name in names]

    def split(text: str) -> list[Any]:
        """One segment for each label of the choices."""
        return [StringSegmentValue(key, label) for key, label in choices.parse(text).items()]

    def is_held(page: Any) -> bool:
        """Whether its words are a translator's, written string by string."""
        return _find_translation(page) is not None

    def find_original(page: Any) -> Any | None:
        """The live page whose words were translated for this one. Two queries for a translation."""
        translation = _find_translation(page)
        if translation is None:
            return None
        rows = type(page).objects.filter(live=True, locale_id=translation.source.locale_id)
        return rows.filter(translation_key=page.translation_key).first()

    def find_translations(page: Any) -> list[Any]:
        """The live pages whose words were translated from this one. One query."""
        from wagtail_localize.models import Translation

        made = Translation.objects.filter(
            enabled=True, source__object_id=page.translation_key, source__locale=page.locale_id
        )
        rows = type(page).objects.filter(live=True, locale__in=made.values("target_locale"))
        return list(rows.filter(translation_key=page.translation_key))

    def find_doubts(page: Any) -> Iterator[Doubt]:
        """Judges the page's own words, not how far its translation is: what was complete stays so
        when the original gets new words. Four queries."""
        translation = _find_translation(page)
        if translation is None:
            return
        strings = extract_segments(page)
        own = [(one.path, one.string.data) for one in strings if hasattr(one, "string")]
        originals = _find_originals(translation.source.locale_id, {text for _path, text in own})
        made = _find_translated(page)
        for path, text in own:
            kinds = made.get((path, text), set())
            if kinds == {MACHINE}:
                yield Doubt(path, is_machine=True)
            elif not kinds and text in originals:
                yield Doubt(path, is_machine=False)

    def _find_translation(page: Any) -> Any:
        from wagtail_localize.models import Translation  # models of theirs, loaded after ours

        rows = Translation.objects.filter(enabled=True, target_locale_id=page.locale_id)
        return rows.filter(source__object_id=page.translation_key).select_related("source").first()

    def _find_originals(locale_id: int, texts: set[str]) -> set[str]:
        """Those of these texts that ever were somebody's original in that language."""
        from wagtail_localize.models import String

        hashes = [String._get_data_hash(text) for text in texts]
        rows = String.objects.filter(locale_id=locale_id, data_hash__in=hashes)
        return set(rows.values_list("data", flat=True))

    def _find_translated(page: Any) -> dict[tuple[str, str], set[str]]:
        """How each text came to be, by its place and its words."""
        from wagtail_localize.models import StringTranslation

        rows = StringTranslation.objects.filter(
            context__object_id=page.translation_key, locale_id=page.locale_id
        )
        made: dict[tuple[str, str], set[str]] = {}
        for path, text, kind in rows.values_list("context__path", "data", "translation_type"):
            made.setdefault((path, text), set()).add(kind)
        return made

else:

    def synchronized(*names: str) -> list[Any]:
        return []

    def split(text: str) -> list[Any]:
        return []

    def is_held(page: Any) -> bool:
        return False

    def find_original(page: Any) -> Any | None:
        return None

    def find_translations(page: Any) -> list[Any]:
        return []

    def find_doubts(page: Any) -> Iterator[Doubt]:
        yield from ()


def join(text: str, segments: list[Any]) -> str:
    """The choices with their translated labels; one without a translation keeps its own."""
    labels = choices.parse(text)
    for segment in segments:
        if segment.path in labels:
            # A line break would begin another choice.
            labels[segment.path] = " ".join(segment.render_text().split())
    return choices.write(labels)
