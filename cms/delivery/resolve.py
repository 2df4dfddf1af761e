"""Which pages a mark means."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q
from wagtail.models import Page, Site, TranslatableMixin

from cms.delivery.models import Document, Reference, StaleMark
from home.models import Disclaimer, SiteSettings
from home.publishing.usage import medical_models

Scope = StaleMark.Scope


def resolve(scope: str, key: str) -> set[int]:
    if scope == Scope.BELOW:
        return get_below(key)
    if scope == Scope.OBJECT:
        label, _, pk = key.partition(":")
        return get_readers(label, pk)
    # Wagtail forgets these before the change is committed, and may have read them anew too early.
    Site.clear_site_root_paths_cache()
    return get_all()


def get_all() -> set[int]:
    """Every page that is live, or has a document."""
    live = Page.objects.filter(live=True, depth__gt=1).order_by().values_list("pk", flat=True)
    return {*live, *Document.objects.filter(is_public=True).values_list("pk", flat=True)}


def get_below(tree_path: str) -> set[int]:
    pages = Page.objects.filter(path__startswith=tree_path, live=True).order_by()
    known = Document.objects.filter(tree_path__startswith=tree_path, is_public=True)
    return {*pages.values_list("pk", flat=True), *known.values_list("pk", flat=True)}


def get_readers(label: str, pk: str) -> set[int]:
    """The pages whose documents show something of this row, or of a translation of it."""
    if label == Disclaimer._meta.label:
        return get_carriers(pk)
    pks, found = {pk}, set[int]()
    if label == Page._meta.label:
        twins = get_twins(int(pk))
        pks |= {str(twin) for twin in twins}
        found |= twins | get_neighbours(int(pk)) | get_pages_with_form(pks)
    else:
        pks |= {str(twin) for twin in get_translations(label, pk)}
    readers = Reference.objects.filter(model=label, object_id__in=pks)
    return found | set(readers.values_list("page_id", flat=True))


def get_twins(page_id: int) -> set[int]:
    """Its translations, each of which lists the others."""
    known = Document.objects.filter(pk=page_id).values_list("translation_key", flat=True)
    pages = Page.objects.filter(Q(translation_key__in=list(known)) | Q(pk=page_id)).order_by()
    keys = set(pages.values_list("translation_key", flat=True))
    same = Page.objects.filter(translation_key__in=keys, live=True).order_by()
    return set(same.values_list("pk", flat=True)) - {page_id}


def get_pages_with_form(pks: set[str]) -> set[int]:
    """A site's own request form stands on its pages without being named there."""
    return get_all() if SiteSettings.objects.filter(request_page__in=pks).exists() else set()


def get_neighbours(page_id: int) -> set[int]:
    """What stands below it names it on the way there; what stands above may list it."""
    path = Page.objects.filter(pk=page_id).order_by().values_list("path", flat=True).first()
    if path is None:
        known = Document.objects.filter(pk=page_id)
        path = known.values_list("tree_path", flat=True).first()
    if path is None:
        return set()
    parent = Page.objects.filter(path=path[: -Page.steplen], live=True, depth__gt=1)
    return (get_below(path) | set(parent.values_list("pk", flat=True))) - {page_id}


def get_translations(label: str, pk: str) -> Iterable[Any]:
    model = apps.get_model(label)
    if not issubclass(model, TranslatableMixin):
        return []
    rows = model._default_manager
    keys = rows.filter(pk=pk).order_by().values("translation_key")
    return list(rows.filter(translation_key__in=keys).order_by().values_list("pk", flat=True))


def get_carriers(pk: str) -> set[int]:
    """The live pages that show this disclaimer, whether they have a document yet or not."""
    disclaimer = Disclaimer.objects.filter(pk=pk).select_related("locale").first()
    if disclaimer is None:
        return set()
    same = {"translation_key": disclaimer.translation_key}
    found = {
        page_id
        for model in medical_models()
        for page_id in model.objects.filter(
            live=True, locale=disclaimer.locale, **{f"disclaimer__{k}": v for k, v in same.items()}
        ).values_list("pk", flat=True)
    }
    known = Document.objects.filter(
        disclaimer_key=str(disclaimer.translation_key), locale=disclaimer.locale.language_code
    )
    return found | set(known.values_list("pk", flat=True))
