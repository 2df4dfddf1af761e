"""What one document may show of other rows, found in few queries and only if readers may see it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.utils.functional import cached_property
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Site

from home import renditions
from home.documents.parts import DisclaimerRef, FocalPoint, Image, PageAddress, Rendition
from home.privacy import public
from home.publishing import visible
from home.publishing.disclaimers import Disclaimers


class NotServable(Exception):
    """The page must not be shown to readers: it lacks its disclaimer."""


ANCHOR = re.compile(r"<a\s[^>]*>", re.IGNORECASE)
KIND = re.compile(r'linktype="(page|document)"')
NUMBER = re.compile(r'\sid="(\d{1,18})"')


@dataclass
class Shown:
    """An image that stands in the document, to be given its renditions when all are known."""

    part: Image
    image: Any
    role: str


@dataclass
class Context:
    """
    Args:
        page: the specific page that is being told of; or a disclaimer, which stands on every site.
    """

    page: Any
    is_preview: bool = False
    shown: list[Shown] = field(default_factory=list)
    ends: list[date] = field(default_factory=list)
    social: Any | None = None
    readable: dict[UUID, Any] = field(default_factory=dict)
    known_images: dict[int, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return str(self.page.locale.language_code)

    @cached_property
    def parts(self) -> tuple[int | None, str, str]:
        """The page's site, that site's root address, and the path there."""
        if not isinstance(self.page, Page):
            site = Site.objects.get(is_default_site=True)
            return site.pk, site.root_url, ""
        found = self.page.get_url_parts(self)  # which keeps the roots of the sites for all pages
        return (found[0], found[1] or "", found[2] or "") if found else (None, "", "")

    @cached_property
    def site(self) -> Site | None:
        found: Site | None = Site.objects.filter(pk=self.parts[0]).first()
        return found

    def ends_on(self, day: date | None) -> None:
        """What is shown is true up to this day."""
        if day is not None:
            self.ends.append(day)

    # --- Pages ------------------------------------------------------------------------

    def only_readable(self, pages: Iterable[Any]) -> list[Any]:
        """Those that whoever reads this page may read, in its language, on its site."""
        keys = [page.translation_key for page in pages if page is not None]
        self.look_up(keys)
        return [page for key in keys if (page := self.readable[key]) is not None]

    def look_up(self, keys: Iterable[UUID]) -> None:
        """Find which of these may be read: about three queries, however many they are."""
        unknown = set(keys) - self.readable.keys()
        if unknown:
            self.readable.update(dict.fromkeys(unknown))
            found = Page.objects.filter(translation_key__in=unknown, locale_id=self.page.locale_id)
            for page in self.get_visible(found):
                self.readable[page.translation_key] = page

    def get_visible(self, pages: Any) -> list[Any]:
        """Those of this queryset that readers may open, as their own type, on this site."""
        listed = public(pages.live()).specific().select_related("locale")
        found = visible(listed, self.disclaimers)
        for page in found:
            if page.locale_id == self.page.locale_id:
                page.locale = self.page.locale
        return [page for page in found if self.is_here(page)]

    @cached_property
    def disclaimers(self) -> Disclaimers:
        return Disclaimers.load()

    def is_here(self, page: Any) -> bool:
        parts = page.get_url_parts(self)
        return bool(parts and parts[0] == self.parts[0] and parts[2])

    def get_translations(self) -> list[Any]:
        """The same page in other languages, where readers may open it."""
        others = Page.objects.filter(translation_key=self.page.translation_key)
        others = others.exclude(locale_id=self.page.locale_id)
        return self.get_visible(others.order_by("locale__pk"))

    def get_ancestors(self) -> list[Any]:
        """The way from the home page to this one, without it."""
        if not self.page.path:
            return []
        above = self.page.get_ancestors().filter(depth__gt=1).live().select_related("locale")
        return [page for page in above if self.is_here(page)]

    def get_path(self, page: Any) -> str:
        parts = page.get_url_parts(self)
        return str(parts[2] or "") if parts else ""

    def get_url(self, page: Any) -> str:
        return self.absolute(self.get_path(page))

    def get_address(self, page: Any) -> PageAddress:
        return PageAddress(id=page.pk, locale=page.locale.language_code, path=self.get_path(page))

    def absolute(self, url: str) -> str:
        return str(urljoin(f"{self.parts[1]}/", url))

    @cached_property
    def request_page(self) -> Any | None:
        """The page of the request form, if readers of this page may open it."""
        ask = getattr(self.page, "get_request_page", None)
        if ask is None or self.site is None:
            return None
        from home.models import SiteSettings  # the models import what stands beside this module

        return next(iter(self.only_readable([ask(SiteSettings.for_site(self.site))])), None)

    @cached_property
    def disclaimer_ref(self) -> DisclaimerRef:
        """
        Raises:
            NotServable: the page has none that a reader may be shown.
        """
        disclaimer = self.disclaimers.of(self.page)
        if disclaimer is None:
            raise NotServable(self.page.pk)
        return DisclaimerRef(key=disclaimer.key, version=disclaimer.version)

    # --- Links in rich text -----------------------------------------------------------

    @cached_property
    def links(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {"page": set(), "document": set()}
        for kind, pk in find_links(self.page):
            found[kind].add(pk)
        return found

    @cached_property
    def linked_pages(self) -> dict[int, Any]:
        """What links lead to, by the primary key that the link names."""
        named = list(Page.objects.filter(pk__in=self.links["page"]))
        by_key = {page.translation_key: page for page in self.only_readable(named)}
        return {p.pk: by_key[p.translation_key] for p in named if p.translation_key in by_key}

    def get_page(self, pk: int) -> Any | None:
        return self.linked_pages.get(pk)

    @cached_property
    def linked_documents(self) -> dict[int, str]:
        """The files that everybody may fetch, by primary key."""
        if not self.links["document"]:
            return {}
        rows = get_document_model().objects.filter(pk__in=self.links["document"])
        rows = rows.select_related("collection")
        return {
            row.pk: self.absolute(row.url)
            for row in rows
            if not row.collection.get_view_restrictions()
        }

    def get_document_url(self, pk: int) -> str:
        return self.linked_documents.get(pk, "")

    # --- Images -----------------------------------------------------------------------

    def get_images(self, ids: Iterable[int | None]) -> dict[int, Any]:
        """Those of these pictures that may be shown. Each is asked for once."""
        wanted = {pk for pk in ids if pk}
        unknown = wanted - self.known_images.keys()
        if unknown:
            from home.models import SiteImage  # the models import what stands beside this module

            self.known_images.update(SiteImage.objects.in_bulk(unknown))
        found = {pk: image for pk in wanted if (image := self.known_images.get(pk))}
        return {pk: image for pk, image in found.items() if image.may_be_shown}

    def show(
        self,
        image: Any,
        role: str,
        *,
        alt: str,
        caption: str = "",
        credit: str | None = None,
        credit_url: str = "",
    ) -> Image | None:
        """The image as apps get it, or None while it may not be shown.

        Args:
            role: one of `renditions.ROLES`.
            credit: the image's own unless told.
        """
        if image is None or not image.may_be_shown:
            return None
        self.ends_on(image.expires_on)
        part = Image(
            id=image.pk,
            alt=alt,
            caption=caption,
            credit=image.credit if credit is None else credit,
            credit_url=credit_url,
            licence=image.licence,
            licence_url=image.licence_url,
            width=image.width,
            height=image.height,
            focal_point=get_focal_point(image),
            renditions=[],
        )
        self.shown.append(Shown(part, image, role))
        return part

    def find_social(self, image: Any) -> Any | None:
        """The picture for shared links, if it was drawn."""
        self.social = image
        self.ends_on(image.expires_on)
        return renditions.Drawn([image], [renditions.SOCIAL]).find(image, renditions.SOCIAL)

    def finish_images(self) -> dict[int, tuple[str, ...]]:
        """Give all images their renditions; one query. What is still to be drawn, by image."""
        asked = [(one.image, renditions.get_specs(one.role)) for one in self.shown]
        if self.social is not None:
            asked.append((self.social, [renditions.SOCIAL]))
        if not asked:
            return {}
        drawn = renditions.Drawn(
            [image for image, _ in asked], [spec for _, specs in asked for spec in specs]
        )
        for one in self.shown:
            one.part.renditions = list(self.make_renditions(one, drawn))
        missing: dict[int, tuple[str, ...]] = {}
        for image, specs in asked:
            lacking = tuple(spec for spec in specs if drawn.find(image, spec) is None)
            if lacking:
                missing[image.pk] = tuple(dict.fromkeys((*missing.get(image.pk, ()), *lacking)))
        return missing

    def make_renditions(self, one: Shown, drawn: renditions.Drawn) -> Iterator[Rendition]:
        for name in renditions.ROLES[one.role]:
            rows = {
                form: drawn.find(one.image, renditions.get_spec(name, form))
                for form in renditions.FORMATS
            }
            known = [row for row in rows.values() if row is not None]
            if known:
                urls = {form: self.absolute(row.url) if row else None for form, row in rows.items()}
                yield Rendition(name=name, width=known[0].width, height=known[0].height, **urls)


def get_focal_point(image: Any) -> FocalPoint | None:
    if image.focal_point_x is None or image.focal_point_y is None:
        return None
    x, y = image.focal_point_x / image.width, image.focal_point_y / image.height
    return FocalPoint(x=round(min(max(x, 0), 1), 4), y=round(min(max(y, 0), 1), 4))


def find_links(page: Any) -> Iterator[tuple[str, int]]:
    """Every link of Wagtail's own kind in the page's rich text, as it is stored."""
    for model_field in page._meta.get_fields():
        if isinstance(model_field, StreamField):
            for text in find_strings(list(getattr(page, model_field.name).raw_data)):
                yield from read_links(text)
        elif isinstance(model_field, RichTextField):
            yield from read_links(getattr(page, model_field.name) or "")


def find_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from find_strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from find_strings(inner)


def read_links(text: str) -> Iterator[tuple[str, int]]:
    if "linktype" not in text:
        return
    for anchor in ANCHOR.findall(text):
        kind, number = KIND.search(anchor), NUMBER.search(anchor)
        if kind and number:
            yield kind[1], int(number[1])
