"""Wagtail's API v2, set up to say of an article what our documents say, as its manual has it done.

Rich text is finished HTML, pictures come in the same named sizes, and everything that the page
points to is told by name. What only we have is left out: text as a tree and as plain words, and
JSON-LD. Whatever its querysets can fetch together is fetched together.
"""

from typing import Any

from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.images.models import Filter
from wagtail.rich_text import RichText, expand_db_html

from articles.models import NewsPage
from home import renditions

JOINED = ("category", "locale", "disclaimer")
FETCHED = ("specialties__specialty", "related_clinics__clinic", "authors__person")


class Told(Field):
    """A field that is made from the whole page."""

    def __init__(self, role: str = "") -> None:
        super().__init__(source="*", read_only=True)
        self.role = role


class Day(Told):
    def to_representation(self, page: NewsPage) -> str:
        return page.published_on.isoformat()


class Term(Field):
    def to_representation(self, term: Any) -> dict[str, str]:
        return {"slug": term.slug, "name": term.name}


class Terms(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, str]]:
        rows = page.specialties.all()
        return [{"slug": row.specialty.slug, "name": row.specialty.name} for row in rows]


class People(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, str]]:
        people = (row.person for row in page.authors.all())
        return [{"name": one.name, "qualification": one.qualification} for one in people]


class Clinics(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, Any]]:
        clinics = (row.clinic for row in page.related_clinics.all())
        return [
            {"id": one.pk, "title": one.title, "url": one.full_url, "lead": one.lead,
             "city": one.city, "country": str(one.country)}
            for one in clinics
        ]  # fmt: skip


class Image(Told):
    """The picture above the article, in all sizes of its role."""

    def to_representation(self, page: NewsPage) -> dict[str, Any] | None:
        if not page.hero:
            return None
        value = page.hero[0].value
        image, specs = value["image"], renditions.get_specs(self.role)
        drawn = image.get_renditions(*(Filter(spec=spec) for spec in specs))
        return {
            "id": image.pk,
            "alt": value["alt"],
            "caption": value["caption"],
            "credit": value["credit_name"],
            "width": image.width,
            "height": image.height,
            "renditions": {
                spec: {"url": one.full_url, "width": one.width, "height": one.height}
                for spec, one in zip(specs, drawn.values(), strict=True)
            },
        }


class Blocks(Field):
    def to_representation(self, blocks: Any) -> list[dict[str, Any]]:
        return [{"id": one.id, "type": one.block_type, "value": show(one)} for one in blocks]


def show(child: Any) -> Any:
    if isinstance(child.value, RichText):
        return expand_db_html(child.value.source)
    return child.block.get_api_representation(child.value)


class Disclaimers(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, Any]]:
        one = page.disclaimer
        named = {"key": one.key, "version": one.version, "heading": one.heading}
        return [{**named, "body": expand_db_html(one.body)}]


class Translations(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, Any]]:
        rows = page.get_translations().live().select_related("locale")
        return [{"id": one.pk, "locale": one.locale.language_code} for one in rows]


class Breadcrumbs(Told):
    def to_representation(self, page: NewsPage) -> list[dict[str, Any]]:
        rows = page.get_ancestors().filter(depth__gt=1)
        return [{"id": one.pk, "title": one.title, "url": one.full_url} for one in rows]


NewsPage.api_fields = [
    APIField("lead"),
    APIField("date", serializer=Day()),
    APIField("category", serializer=Term()),
    APIField("specialties", serializer=Terms()),
    APIField("hero", serializer=Image("hero")),
    APIField("card_image", serializer=Image("card")),
    APIField("social_image", serializer=Image("social")),
    APIField("body", serializer=Blocks()),
    APIField("sources", serializer=Blocks()),
    APIField("corrections", serializer=Blocks()),
    APIField("authors", serializer=People()),
    APIField("clinics", serializer=Clinics()),
    APIField("change_note"),
    APIField("disclaimers", serializer=Disclaimers()),
    APIField("translations", serializer=Translations()),
    APIField("breadcrumbs", serializer=Breadcrumbs()),
]


class Pages(PagesAPIViewSet):
    def get_queryset(self) -> Any:
        found = super().get_queryset()
        if found.model is not NewsPage:
            return found
        return found.select_related(*JOINED).prefetch_related(*FETCHED)
