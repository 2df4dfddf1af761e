"""The one place that knows wagtail-localize, which a host may or may not have installed."""

from typing import Any

from django.apps import apps

from treatment_forms import choices

if apps.is_installed("wagtail_localize"):
    from wagtail_localize.fields import SynchronizedField
    from wagtail_localize.segments import StringSegmentValue

    def synchronized(*names: str) -> list[Any]:
        """Fields that are the same in every language, and are not offered to translators."""
        return [SynchronizedField(name, overridable=False) for name in names]

    def split(text: str) -> list[Any]:
        """One segment for each label of the choices."""
        return [StringSegmentValue(key, label) for key, label in choices.parse(text).items()]

else:

    def synchronized(*names: str) -> list[Any]:
        return []

    def split(text: str) -> list[Any]:
        return []


def join(text: str, segments: list[Any]) -> str:
    """The choices with their translated labels; one without a translation keeps its own."""
    labels = choices.parse(text)
    for segment in segments:
        if segment.path in labels:
            # A line break would begin another choice.
            labels[segment.path] = " ".join(segment.render_text().split())
    return choices.write(labels)
