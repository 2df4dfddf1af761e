"""The sizes in which apps are given pictures, drawn before anybody asks for them."""

from collections.abc import Iterable, Sequence
from typing import Any

FORMATS = ("avif", "webp", "jpeg")
# The same as in the templates where there is one: drawn once for readers and apps.
SIZES = {
    "small": "width-640",
    "large": "width-1344",
    "wide_small": "fill-640x360",
    "wide_large": "fill-1280x720",
    "card_small": "fill-400x225",
    "card_large": "fill-800x450",
    "square": "fill-224x224",
}
SOCIAL = "fill-1200x630|format-jpeg"
# What an image is shown as, and the sizes that needs.
ROLES: dict[str, tuple[str, ...]] = {
    "picture": ("small", "large"),
    "hero": ("wide_small", "wide_large"),
    "card": ("card_small", "card_large"),
    "portrait": ("square",),
}


def get_spec(name: str, form: str) -> str:
    return f"format-{form}|{SIZES[name]}"


def get_specs(role: str) -> list[str]:
    if role == "social":
        return [SOCIAL]
    return [get_spec(name, form) for name in ROLES[role] for form in FORMATS]


class Drawn:
    """The renditions that exist of these images in these sizes. One query."""

    def __init__(self, images: Iterable[Any], specs: Iterable[str]) -> None:
        from home.models import SiteRendition  # the models import what this module serves

        rows = SiteRendition.objects.filter(
            image_id__in=[image.pk for image in images], filter_spec__in=set(specs)
        )
        self.rows = {(row.image_id, row.filter_spec, row.focal_point_key): row for row in rows}

    def find(self, image: Any, spec: str) -> Any | None:
        from wagtail.images.models import Filter

        key = Filter(spec=spec).get_cache_key(image)
        return self.rows.get((image.pk, spec, key))


def draw(image_id: int, specs: Sequence[str]) -> None:
    """Make what is missing of these; slow, so never in a request. Nothing where it is gone."""
    from home.models import SiteImage

    image = SiteImage.objects.filter(pk=image_id).first()
    if image is not None:
        image.get_renditions(*specs)
