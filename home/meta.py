"""What search engines and shared links are told of a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from home.cards import get_images
from home.languages import get_language
from home.renditions import SOCIAL


@dataclass(frozen=True)
class PageMeta:
    """Addresses are absolute and come from the site's settings, never from the Host header."""

    title: str
    description: str
    canonical_url: str
    og_type: str
    language_code: str
    og_locale: str
    site_name: str
    image: Any
    image_url: str
    image_alt: str
    published_at: datetime | None
    modified_at: datetime | None


def draw_social(image: Any) -> Any:
    return image.get_rendition(SOCIAL)


def make_meta(
    page: Any,
    site: Any = None,
    find_rendition: Callable[[Any], Any] = draw_social,
    find_images: Callable[[Iterable[int]], Mapping[int, Any]] = get_images,
) -> PageMeta:
    """
    Args:
        site: the page's, where it is known; else looked up.
        find_images: gives those of these pictures that may be shown.
        find_rendition: gives an image's picture for shared links, or None where there is none.
    """
    image_id, alt = page.get_social_picture()
    image = find_images([image_id]).get(image_id) if image_id else None
    shared = find_rendition(image) if image else None
    language = page.locale.language_code
    site = site or page.get_site()
    return PageMeta(
        title=page.seo_title or page.title,
        description=page.search_description or page.card_text,
        canonical_url=page.canonical_url,
        og_type=page.og_type,
        language_code=language,
        og_locale=get_language(language).og_locale,
        site_name=(site.site_name if site else "") or settings.WAGTAIL_SITE_NAME,
        image=image,
        image_url=absolute(page, shared.url) if shared else "",
        image_alt=(alt or image.get_alt(language)) if image else "",
        published_at=page.first_published_at,
        modified_at=page.last_published_at,
    )


def absolute(page: Any, url: str) -> str:
    """This address with the scheme and host of the page's; one that has them already stays."""
    return str(urljoin(page.canonical_url, url))
