"""The pictures a page shows, found in its streams."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from home.blocks.media import PictureBlock
from home.publishing import Problem


def pictures_of(page: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every picture block of the page as it is stored, with the name of its field.

    Opens no block, so the database is not asked.
    """
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            stream = getattr(page, field.name)
            for child in stream.raw_data:
                if isinstance(stream.stream_block.child_blocks[child["type"]], PictureBlock):
                    yield field.name, child["value"]


def missing_alts(page: Any) -> list[Problem]:
    """Pictures that say nothing to a reader who cannot see them, in the page's language.

    One query, and only where a picture relies on the alternative text kept with it.
    """
    silent = [
        (field, value["image"])
        for field, value in pictures_of(page)
        if value.get("image") and not value.get("decorative") and not value.get("alt")
    ]
    if not silent:
        return []
    images = apps.get_model("home.SiteImage").objects.in_bulk([pk for field, pk in silent])
    language = page.locale.language_code
    message = _("The picture “%(title)s” needs an alternative text, or the mark “decorative”.")
    return [
        Problem(field, "picture_without_alt", message % {"title": images[pk].title})
        for field, pk in silent
        if pk in images and not images[pk].get_alt(language)
    ]
