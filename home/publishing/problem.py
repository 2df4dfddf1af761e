"""What is wrong, and the two refusals that say so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a page from being published.

    `field` names the model field an editor mends it in, `code` is stable for machines.
    """

    field: str
    code: str
    message: "StrOrPromise"

    def as_error(self) -> ValidationError:
        return ValidationError(self.message, code=self.code)


class Refused(ValidationError):
    """Somebody asked for what readers must not see; nothing was changed.

    Always holds its messages by field: wagtail-localize crashes on any other kind.
    """

    def __init__(self, instance: Any, problems: Sequence[Problem]) -> None:
        self.instance = instance
        self.problems = list(problems)
        by_field: dict[str, list[ValidationError]] = defaultdict(list)
        for problem in self.problems:
            by_field[problem.field or NON_FIELD_ERRORS].append(problem.as_error())
        super().__init__(dict(by_field))


class PublishRefused(Refused):
    """The page may not go live, or be scheduled to."""


class InUse(Refused):
    """The change would take from live pages what they show.

    `pages` are some of them, `count` is how many there are.
    """

    def __init__(self, instance: Any, problem: Problem, pages: Sequence[Any], count: int) -> None:
        self.pages = list(pages)
        self.count = count
        super().__init__(instance, [problem])


class DisclaimerInUse(InUse):
    """What they show is their disclaimer."""


def as_problems(error: ValidationError) -> list[Problem]:
    """What Django's own validation found, in our words for it."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [
        Problem(field, "invalid", message)
        for field, messages in by_field.items()
        for message in messages
    ]
