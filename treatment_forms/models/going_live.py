"""What must be true of a form before visitors see it, and who stands behind its consents.

Asked whenever a live page is written, because every door ends there: the editor, schedules, bulk
actions, copies, aliases, wagtail-localize. docs/decisions/0029 walks them.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Locale, Page, Revision

from treatment_forms import localize
from treatment_forms.errors import FormRefused
from treatment_forms.forms import get_wording
from treatment_forms.models.consents import ConsentApproval, approve_wording

logger = logging.getLogger(__name__)

# A save of none of these shows visitors anything new: it is the bookkeeping of revisions.
SHOWN = frozenset({"live", "locale", "locale_id", "fields"})


@dataclass(frozen=True)
class Problem:
    field: str
    code: str
    text: Any

    def as_error(self) -> ValidationError:
        return ValidationError(self.text, code=self.code)


NOBODY_APPROVED = Problem(
    "fields",
    "consent_not_approved",
    _(
        "Nobody has approved the words of the consents in this language. Somebody who may publish "
        "this page approves them by publishing it."
    ),
)
BLANK = Problem("fields", "consent_blank", _("A consent needs its words."))
FOREIGN_CONSENT = Problem(
    "fields",
    "consent_untranslated",
    _("A consent has the words of another language. Translate it first."),
)
MACHINE_CONSENT = Problem(
    "fields",
    "consent_by_machine",
    _("A consent was translated by a machine. A person has to read and save it first."),
)
# Under no field's name: wagtail-localize would mark that field's translation as wrong.
UNTRANSLATED = Problem(
    NON_FIELD_ERRORS,
    "untranslated",
    _("Some texts of this form are not translated yet: visitors would read two languages."),
)
FOREIGN_ALIAS = Problem(
    NON_FIELD_ERRORS,
    "foreign_alias",
    _("This is a copy of the form in another language. Translate it."),
)


class Publishing(PublishPageRevisionAction):
    """Tells the page who publishes it: whoever does so approves its consents."""

    @transaction.atomic
    def execute(self, skip_permission_checks: bool = False) -> Any:
        self.object.publisher = self.user
        return super().execute(skip_permission_checks=skip_permission_checks)


# --- What is wrong -------------------------------------------------------------------


def find_problems(page: Any) -> Iterator[Problem]:
    """All but the approval, which a person who publishes can give. Costs a query, five where
    wagtail-localize holds the page."""
    if page.alias_of_id and page.alias_of.locale_id != page.locale_id:
        yield FOREIGN_ALIAS
        return
    yield from find_consent_problems(get_wordings(page), get_language(page))
    yield from find_doubts(page)


def find_consent_problems(wordings: list[str], language: str) -> Iterator[Problem]:
    if not all(text.strip() for text in wordings):
        yield BLANK
    if borrows(wordings, language):
        yield FOREIGN_CONSENT


def borrows(wordings: list[str], language: str) -> bool:
    """Whether some of these words are approved, but in other languages only."""
    rows = ConsentApproval.objects.of_wordings(wordings)
    languages: dict[str, set[str]] = {}
    for checksum, code in rows.values_list("checksum", "language_code"):
        languages.setdefault(checksum, set()).add(get_base(code))
    return any(get_base(language) not in known for known in languages.values())


def get_base(code: str) -> str:
    """Portuguese may be the same words in Brazil."""
    return code.partition("-")[0].lower()


def find_doubts(page: Any) -> Iterator[Problem]:
    """What wagtail-localize knows of the page's words."""
    doubts = list(localize.find_doubts(page))
    if any(not one.is_machine for one in doubts):
        yield UNTRANSLATED
    consents = {str(row.translation_key) for row in page.fields.all() if is_consent(row)}
    if any(one.is_machine and not consents.isdisjoint(one.path.split(".")) for one in doubts):
        yield MACHINE_CONSENT


def is_consent(row: Any) -> bool:
    kind: str = row.field_type
    return kind == "consent"


def get_wordings(page: Any) -> list[str]:
    return [get_wording(row) for row in page.fields.all() if is_consent(row)]


def get_language(page: Any) -> str:
    locale = page.locale if page.locale_id else page.get_default_locale()
    code: str = (locale or Locale.get_default()).language_code
    return code


# --- Who stands behind it ------------------------------------------------------------


def find_unapproved(page: Any) -> list[str]:
    return find_unapproved_of(get_wordings(page), get_language(page))


def find_unapproved_of(wordings: Iterable[str], language: str) -> list[str]:
    wordings = list(wordings)
    rows = ConsentApproval.objects.that_count().of_wordings(wordings)
    approved = set(rows.filter(language_code=language).values_list("text", flat=True))
    return [text for text in wordings if text not in approved]


def approve_consents(page: Any, *, by: Any = None) -> None:
    """For code that publishes a form without an editor: stand behind its words as they are.

    Args:
        by: the user; None for demo content, which counts only where the settings say so.
    """
    for text in get_wordings(page):
        approve_wording(text, get_language(page), by=by)


def find_approver(page: Any, user: Any) -> Any:
    """That user, if they may publish this page. Costs no query where there is nobody."""
    if user is None:
        return None
    return user if page.permissions_for_user(user).can_publish() else None


@dataclass(frozen=True)
class Judgement:
    problems: list[Problem]
    unapproved: list[str]
    approver: Any
    is_publishing: bool

    @property
    def refusal(self) -> dict[str, list[ValidationError]]:
        found: dict[str, list[ValidationError]] = {}
        for problem in self.problems:
            found.setdefault(problem.field, []).append(problem.as_error())
        return found


def judge(page: Any) -> Judgement:
    """What a save of this live page would show to visitors."""
    approver, is_publishing = find_publisher(page)
    problems, unapproved = list(find_problems(page)), find_unapproved(page)
    if unapproved and approver is None:
        problems.append(NOBODY_APPROVED)
    return Judgement(problems, unapproved, approver, is_publishing)


def find_publisher(page: Any) -> tuple[Any, bool]:
    """Who publishes the page, and whether it is being published at all.

    wagtail-localize, schedules and the page editor name nobody that a page could know: then it is
    the author of the revision that goes live.
    """
    if page.publisher is not None:
        return find_approver(page, page.publisher), True
    stored = type(page).objects.filter(pk=page.pk).values_list("live", "live_revision_id")
    is_live, revision_id = stored.first() or (False, None)
    if page.live_revision_id is None or page.live_revision_id == revision_id:
        return None, not is_live
    return find_approver(page, page.live_revision.user), True


# --- Doors that reach no method of the page ------------------------------------------


def check_schedule(sender: type[Revision], instance: Revision, raw: bool, **kwargs: Any) -> None:
    """Scheduling writes a date to the revision, and nothing to the page."""
    fields = kwargs.get("update_fields")
    if raw or instance.approved_go_live_at is None:
        return
    if fields is not None and "approved_go_live_at" not in fields:
        return
    page = instance.as_object() if is_form(instance) else None
    if page is None:
        return
    approver = find_approver(page, instance.user)
    problems = list(find_problems(page))
    if approver is None and find_unapproved(page):
        problems.append(NOBODY_APPROVED)
    if problems:
        raise FormRefused(page, Judgement(problems, [], approver, True).refusal)
    if approver:
        approve_consents(page, by=approver)


def is_form(revision: Revision) -> bool:
    from treatment_forms.models.pages import TreatmentFormPage

    model = revision.content_type.model_class()
    return model is not None and issubclass(model, TreatmentFormPage)


def check_bare_page(sender: type[Page], instance: Page, raw: bool, **kwargs: Any) -> None:
    """A `Page` loaded without its own type would go live without its own `save()`."""
    fields = kwargs.get("update_fields")
    if raw or not instance.live or instance.pk is None:
        return
    if fields is not None and "live" not in fields:
        return
    page = find_hidden_form(instance)
    if page is None:
        return
    page.live, page.publisher = True, None
    verdict = judge(page)
    if verdict.problems:
        raise FormRefused(page, verdict.refusal)


def find_hidden_form(page: Page) -> Any:
    from treatment_forms.models.pages import TreatmentFormPage

    model = page.content_type.model_class() if page.content_type_id else None
    if model is None or not issubclass(model, TreatmentFormPage):
        return None
    return TreatmentFormPage.objects.filter(pk=page.pk, live=False).first()
