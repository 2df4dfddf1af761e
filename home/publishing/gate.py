"""The gate itself: every rule, asked in one place."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from home.publishing import refusals
from home.publishing.disclaimers import Disclaimers
from home.publishing.images import image_problems
from home.publishing.problem import Problem, PublishRefused
from home.publishing.words import translation_problems

BLOCK = "disclaimer"


def problems(page: Any, disclaimers: Disclaimers | None = None) -> list[Problem]:
    """What keeps this page from being published, first what matters most.

    Takes a specific page, saved or not. Costs three queries (two with `disclaimers` at hand) plus
    what the page class asks for itself; more where the page is a translation.
    """
    return [
        *disclaimer_problems(page, disclaimers),
        *translation_problems(page),
        *image_problems(page),
        *page.publishing_problems(),
    ]


def refuse_unless_ready(page: Any, disclaimers: Disclaimers | None = None) -> None:
    """Raise `PublishRefused` when anything keeps the page from being published.

    With locked `disclaimers` (inside a transaction) its own cannot be taken away before the commit.
    """
    found = problems(page, disclaimers)
    if found:
        raise refusals.note(PublishRefused(page, found))


def carries_disclaimer(page: Any) -> bool:
    from home.models import MedicalPage  # the models import this package

    return isinstance(page, MedicalPage)


def disclaimer_problems(page: Any, disclaimers: Disclaimers | None = None) -> list[Problem]:
    """The hard rules: those that also take a live page down when they fail behind our back."""
    if not carries_disclaimer(page):
        return []
    found = []
    blocks = count_blocks(page)
    if blocks == 0:
        found.append(
            Problem(
                "body",
                "disclaimer_missing",
                _("The body has no disclaimer. Add the block “Disclaimer” where it should stand."),
            )
        )
    elif blocks > 1:
        found.append(
            Problem(
                "body",
                "disclaimer_repeated",
                _("The body has more than one disclaimer. Keep one."),
            )
        )
    if (disclaimers or Disclaimers.load()).of(page) is None:
        found.append(
            Problem(
                "body",
                "disclaimer_not_approved",
                _(
                    "The disclaimer of this page has no published and approved text in the page's"
                    " language. A medical reviewer publishes it in Snippets, Disclaimers."
                ),
            )
        )
    return found


def count_blocks(page: Any) -> int:
    """How many disclaimer blocks stand in the body itself; one inside another block is none.

    Reads the raw stream, so no block is built and nothing is asked of the database.
    """
    return sum(child["type"] == BLOCK for child in page.body.raw_data)
