"""Snippets without words in the language of a page that shows them, for all pages at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail_localize.models import Translation

from home.publishing.problem import Problem
from home.publishing.words import snippet_problem
from home.translations.state import Place, get_place, is_in_own_language

Named = dict[str, dict[Any, str]]
"""By the page's primary key, as the index writes it: snippets and the fields that name them."""


def get_snippet_problems() -> dict[str, list[Problem]]:
    """By page, what `translation_problems` says of the snippets of each, from the reference index.

    Two queries for each model of snippets, three more where words are missing at all.
    """
    from home.models import TranslatedSnippet  # the models import this package

    models = [model for model in apps.get_models() if issubclass(model, TranslatedSnippet)]
    there: set[Place] = set()
    named: Named = defaultdict(dict)
    for model in models:
        rows = list(model._default_manager.all())
        translated = {get_place(row) for row in rows if row.is_translated}
        there |= translated
        find_pages(named, model, get_incomplete(rows, translated))
    return judge_pages(named, there) if named else {}


def get_incomplete(rows: Iterable[Any], translated: set[Place]) -> dict[str, Any]:
    """Those that lack words in some language of the site, by primary key."""
    locales = set(Locale.objects.values_list("pk", flat=True))
    return {
        str(row.pk): row
        for row in rows
        if any((row.translation_key, locale) not in translated for locale in locales)
    }


def find_pages(named: Named, model: Any, rows: dict[str, Any]) -> None:
    if not rows:
        return
    found = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=rows,
        base_content_type=ContentType.objects.get_for_model(Page),
    )
    for page_pk, row_pk, path in found.values_list("object_id", "to_object_id", "content_path"):
        named[page_pk].setdefault(rows[row_pk], path.split(".", 1)[0])


def judge_pages(named: Named, there: set[Place]) -> dict[str, list[Problem]]:
    pages = Page.objects.filter(pk__in=named).select_related("locale")
    missing = {
        page: [
            snippet_problem(field, row)
            for row, field in named[str(page.pk)].items()
            if (row.translation_key, page.locale_id) not in there
        ]
        for page in pages
    }
    found = {page: problems for page, problems in missing.items() if problems}
    translations = get_translations(found)
    return {str(page.pk): told for page, told in found.items() if get_place(page) in translations}


def get_translations(pages: Iterable[Page]) -> set[Place]:
    """Which of these places translate something, as `judge.find_source` tells it of one page."""
    keys = {page.translation_key for page in pages}
    jobs = Translation.objects.filter(source__object_id__in=keys)
    by_localize = set(jobs.values_list("source__object_id", "target_locale_id"))
    own = Page.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    originals = set(own.filter(translation_key__in=keys).values_list("translation_key", flat=True))
    by_hand = {
        get_place(page)
        for page in pages
        if page.translation_key in originals and not is_in_own_language(page)
    }
    return by_localize | by_hand
