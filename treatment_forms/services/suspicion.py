"""Whether a request looks like spam. Signs are weighed, and nothing is refused for them.

A patient who is taken for a machine waits until a person looks, so no weak sign counts alone:
people paste links to their pictures, leave a page open for weeks, and correct one box in a second.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from treatment_forms import tokens
from treatment_forms.forms import TOKEN, TRAP, VisitorForm

TOO_QUICK = timedelta(seconds=3)
MANY_LINKS = 5
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
MARKUP = re.compile(r"\[(?:url|link)[=\]]|<a\s+href", re.IGNORECASE)


class Sign(TextChoices):
    TRAP = "trap", _("It answers a question that people do not see")
    MARKUP = "markup", _("Its text has links written as programs write them")
    QUICK = "quick", _("It came within three seconds after the form was shown")
    LINKS = "links", _("It has many links")
    MISPLACED = "misplaced", _("It has a link where a single line of text was asked for")
    UNSIGNED = "unsigned", _("It does not come from a form of ours, or from an old copy of one")


LINE = 4
WEIGHTS = {
    Sign.TRAP: LINE,
    Sign.MARKUP: LINE,
    Sign.QUICK: 2,
    Sign.LINKS: 2,
    Sign.MISPLACED: 2,
    Sign.UNSIGNED: 1,
}


def find_signs(form: VisitorForm, *, at: datetime) -> list[Sign]:
    """What speaks against a valid form, by page or API; usually nothing."""
    return [*_look_at_sending(form, at=at), *_look_at_text(form)]


def is_spam(signs: Iterable[Sign]) -> bool:
    return sum(WEIGHTS[sign] for sign in signs) >= LINE


def _look_at_sending(form: VisitorForm, *, at: datetime) -> Iterator[Sign]:
    if _is_trapped(form):
        yield Sign.TRAP
    if "complete" not in form.data:  # the API's callers have seen no page of ours
        return
    try:
        token = tokens.read_form_token(form.data.get(TOKEN, ""))
    except (tokens.BadSignature, ValueError):
        yield Sign.UNSIGNED
    else:
        if timedelta() <= at - token.issued_at < TOO_QUICK:
            yield Sign.QUICK


def _is_trapped(form: VisitorForm) -> bool:
    """What a browser fills in for somebody is their name or address, which stands elsewhere, too;
    that does not count."""
    caught = form.data.get(TRAP, "").strip().casefold()
    others = {
        value.strip().casefold()
        for name, values in form.data.lists()
        if name != TRAP
        for value in values
    }
    return bool(caught) and caught not in others


def _look_at_text(form: VisitorForm) -> Iterator[Sign]:
    kinds = {row.clean_name: row.field_type for row in form.spec.rows}
    texts = {key: value for key, value in form.answers.items() if isinstance(value, str)}
    whole = "\n".join(texts.values())
    if MARKUP.search(whole):
        yield Sign.MARKUP
    if len(LINK.findall(whole)) >= MANY_LINKS:
        yield Sign.LINKS
    if any(kinds[key] == "singleline" and LINK.search(text) for key, text in texts.items()):
        yield Sign.MISPLACED
