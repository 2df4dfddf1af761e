"""A text in the wrong language, or nobody's: never shown to readers."""

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from home.publishing import refusals
from home.publishing.problem import Problem, PublishRefused
from home.translations.judge import Doubt, Judgement, judge
from home.translations.related import get_untranslated
from home.translations.texts import Text

SHOWN_LETTERS = 60


def translation_problems(row: Any) -> list[Problem]:
    """What keeps this page or snippet from being shown in its language. None for an original."""
    return get_problems(row, judge(row))


def refuse_foreign_words(row: Any) -> None:
    found = translation_problems(row)
    if found:
        raise refusals.note(PublishRefused(row, found))


def keep_words(page: Any) -> None:
    """For a page that is about to be saved live: refuse, or make a draft of a copy or an alias."""
    if not page._state.adding and not page.alias_of_id:
        refuse_foreign_words(page)
        return
    found = translation_problems(page)
    if found:
        page.live = False
        page.live_revision = None
        page.has_unpublished_changes = True
        refusals.note(PublishRefused(page, found))


def get_problems(row: Any, found: Judgement) -> list[Problem]:
    if not found.is_translation:
        return []
    of_words = [problem for kind in Doubt if (problem := get_problem(found, kind))]
    return [*of_words, *(snippet_problem(field, named) for field, named in get_untranslated(row))]


def get_problem(found: Judgement, kind: Doubt) -> Problem | None:
    texts = [text for text, doubt in found.doubts if doubt is kind]
    return Problem("", kind.value, describe(kind, texts)) if texts else None


def describe(kind: Doubt, texts: list[Text]) -> str:
    facts = {"count": len(texts), "first": Truncator(texts[0].words).chars(SHOWN_LETTERS)}
    if kind is Doubt.MACHINE:
        return (
            ngettext(
                "%(count)d text is a machine's and nobody has accepted it: “%(first)s”. Read it"
                " and accept or correct it.",
                "%(count)d texts are a machine's and nobody has accepted them, first “%(first)s”."
                " Read them and accept or correct each.",
                len(texts),
            )
            % facts
        )
    return (
        ngettext(
            "%(count)d text is not translated: “%(first)s”. Translate it, then publish from the"
            " translation's page. Until then readers see the last complete version, if there is"
            " one.",
            "%(count)d texts are not translated, first “%(first)s”. Translate them, then publish"
            " from the translation's page. Until then readers see the last complete version, if"
            " there is one.",
            len(texts),
        )
        % facts
    )


def snippet_problem(field: str, named: Any) -> Problem:
    message = _("“%(name)s” (%(kind)s) is shown on this page and has no text in its language yet.")
    return Problem(
        field, "snippet_untranslated", message % {"name": named, "kind": named._meta.verbose_name}
    )
