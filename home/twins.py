"""A page in another language: a draft to be translated, and never the original's text gone live.

Wagtail makes the parents that a language lacks as live aliases, and wagtail-localize offers to make
any translation one. See docs/decisions/0025-no-alias-in-another-language.md.
"""

from typing import Any

from wagtail.models import Locale, Page


def make_draft(page: Page, locale: Locale) -> Any:
    """Put this page among the translations to do, and give the draft. Its parents come first."""
    from wagtail_localize.models import Translation, TranslationSource  # the models import us

    source, _made = TranslationSource.get_or_create_from_instance(page.specific)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=locale)
    translation.save_target(publish=False)
    return translation.get_target_instance()


def make_parents(page: Page, locale: Locale) -> None:
    """What stands above this page, as far as the language lacks it."""
    parent = page.get_parent()
    if parent is not None and not parent.is_root() and not parent.has_translation(locale):
        make_draft(parent, locale)


def keep_alias_a_draft(
    sender: type[Any], instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """An alias in another language would show the original's text as if it were translated.

    On saving, because Wagtail publishes aliases with their original.
    """
    if raw or not isinstance(instance, Page) or not instance.alias_of_id or not instance.live:
        return
    if update_fields is not None and "live" not in update_fields:
        return
    original = Page.objects.filter(pk=instance.alias_of_id)
    if original.exclude(locale_id=instance.locale_id).exists():
        instance.live = False
        instance.has_unpublished_changes = True
