"""Doors that reach no method of ours: connected when the app is ready."""

from typing import Any

from django.apps import apps
from django.db.models import ProtectedError
from django.db.models.signals import post_save, pre_delete, pre_save
from wagtail.models import Page, Revision
from wagtail_localize.models import StringTranslation

from home.models import Disclaimer, SitePage, TranslatedSnippet
from home.publishing.disclaimers import Disclaimers
from home.publishing.gate import carries_disclaimer, refuse_unless_ready
from home.publishing.page import GatedPage
from home.publishing.words import keep_words, refuse_foreign_words
from home.translations.flaws import mark_flaw
from home.translations.records import record
from home.twins import keep_alias_a_draft


def check_schedule(
    sender: type[Revision], instance: Revision, raw: bool = False, **kwargs: Any
) -> None:
    """Scheduling writes nothing to the page but a date to its revision; ask before that."""
    fields = kwargs.get("update_fields")
    if raw or instance.approved_go_live_at is None:
        return
    if fields is not None and "approved_go_live_at" not in fields:
        return
    model = instance.content_type.model_class()
    if model is None or not issubclass(model, Page):
        return
    page = instance.as_object()
    if not isinstance(page, SitePage):
        refuse_foreign_words(page)
        return
    disclaimers = Disclaimers.load() if carries_disclaimer(page) else None
    if disclaimers:
        page.set_disclaimer(disclaimers)
    refuse_unless_ready(page, disclaimers)


def check_bare_page(sender: type[Page], instance: Page, raw: bool = False, **kwargs: Any) -> None:
    """A `Page` loaded without its own type would go live without its own `save()`.

    Only going live is asked: moving a live page saves it bare, and changes no text.
    """
    fields = kwargs.get("update_fields")
    if raw or not instance.live or instance.pk is None:
        return
    if fields is not None and "live" not in fields:
        return
    if Page.objects.filter(pk=instance.pk, live=False).exists():
        page = instance.specific
        if isinstance(page, SitePage):
            refuse_unless_ready(page)
        else:
            refuse_foreign_words(page)


def check_words(sender: type[Any], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Page types that are not ours, a plugin's, have no `save()` of ours."""
    ours = not isinstance(instance, Page) or isinstance(instance, GatedPage) or sender is Page
    if not raw and not ours and instance.live and kwargs.get("update_fields") is None:
        keep_words(instance)


def remember(sender: type[Any], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Write down whose words went live. A bare `Page` brings no words, ours do it themselves."""
    if raw or not isinstance(instance, Page) or isinstance(instance, GatedPage) or sender is Page:
        return
    if instance.live and kwargs.get("update_fields") is None:
        record(instance)


def keep_disclaimer_in_use(sender: type[Disclaimer], instance: Disclaimer, **kwargs: Any) -> None:
    """The foreign key protects what pages name; this protects what they show."""
    in_use = instance.get_refusal_to_withdraw() if instance.live else None
    if in_use is not None:
        raise ProtectedError(in_use.messages[0], set(in_use.pages))


def keep_snippet_in_use(sender: type[Any], instance: TranslatedSnippet, **kwargs: Any) -> None:
    in_use = instance.get_refusal_to_delete()
    if in_use is not None:
        raise ProtectedError(in_use.messages[0], set(in_use.pages))


def connect() -> None:
    pre_save.connect(check_schedule, sender=Revision, dispatch_uid="gate_schedule")
    pre_save.connect(check_bare_page, sender=Page, dispatch_uid="gate_bare_page")
    pre_save.connect(keep_alias_a_draft, dispatch_uid="gate_alias")
    pre_save.connect(check_words, dispatch_uid="gate_words")
    pre_save.connect(mark_flaw, sender=StringTranslation, dispatch_uid="gate_string")
    post_save.connect(remember, dispatch_uid="gate_record")
    pre_delete.connect(keep_disclaimer_in_use, sender=Disclaimer, dispatch_uid="gate_disclaimer")
    for model in filter(is_translated_snippet, apps.get_models()):
        pre_delete.connect(keep_snippet_in_use, sender=model, dispatch_uid="gate_snippet")


def is_translated_snippet(model: Any) -> bool:
    return issubclass(model, TranslatedSnippet)
