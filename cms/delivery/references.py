"""Which rows a document shows something of, found in the page itself."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex, TranslatableMixin

from articles.models import Person
from articles.models.reviews import get_reviews
from home.models import Disclaimer, SiteImage

Target = tuple[str, str]
"""A model's label and a primary key as text."""


def get_references(page: Any) -> frozenset[Target]:
    """What the page names, and what the snippets it names name in turn: a person's portrait."""
    direct = set(extract(page))
    # Also whose words are still to be translated: the review is shown once they are.
    reviewers = get_reviews(page).order_by().values_list("reviewer", flat=True)
    direct |= {(Person._meta.label, str(pk)) for pk in reviewers}
    indirect = {target for snippet in get_snippets(direct) for target in extract(snippet)}
    return frozenset(t for t in direct | indirect if t[0] not in UNFOLLOWED)


UNFOLLOWED = {Disclaimer._meta.label, "home.User", "wagtailcore.Locale", "wagtailcore.Site"}
LEAVES = {Page._meta.label, SiteImage._meta.label, "wagtaildocs.Document", *UNFOLLOWED}


def extract(instance: Any) -> Iterable[Target]:
    for type_id, object_id, *_paths in ReferenceIndex._extract_references_from_object(instance):
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            yield model._meta.label, str(object_id)


def get_snippets(targets: Iterable[Target]) -> Iterable[Any]:
    """These rows, and their translations, which may be what is shown."""
    from django.apps import apps

    by_label: dict[str, list[str]] = {}
    for label, pk in targets:
        if label not in LEAVES:
            by_label.setdefault(label, []).append(pk)
    for label, pks in by_label.items():
        model = apps.get_model(label)
        rows = model._default_manager.filter(pk__in=pks)
        if issubclass(model, TranslatableMixin):
            rows = model._default_manager.filter(
                translation_key__in=rows.order_by().values("translation_key")
            )
        yield from rows


def name(instance: Any) -> str:
    """As marks and references write a row. A page is a Page, whatever its type."""
    model = Page if isinstance(instance, Page) else type(instance)
    return f"{model._meta.label}:{instance.pk}"
