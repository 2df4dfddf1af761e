"""How far a request is, in words that a frightened person understands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from treatment_forms.answers import show_name
from treatment_forms.services.status import Status
from treatment_forms.states import Verdict

FILE_WORDS: dict[Verdict, Promise] = {
    Verdict.NOT_YET: gettext_lazy("It arrived, and is being checked for safety."),
    Verdict.CLEAN: gettext_lazy("It arrived and is safe."),
    Verdict.INFECTED: gettext_lazy(
        "It did not pass the safety check and was deleted. Please send another copy."
    ),
    Verdict.UNSCANNABLE: gettext_lazy(
        "It arrived, but our program could not check it. A coordinator looks at it."
    ),
    Verdict.RELEASED: gettext_lazy("It arrived, and a coordinator has looked at it."),
}


@dataclass(frozen=True)
class Step:
    """
    Attributes:
        at: when it was made; None for one that is still to come.
    """

    name: str
    text: str
    at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.at is not None


def list_steps(status: Status) -> list[Step]:
    """In the order in which they are usually made."""
    steps = [_received(status), *_checked(status), _delivered(status), _read(status)]
    return [*steps, *_added(status)]


def _received(status: Status) -> Step:
    return Step(_("Received"), _("We have your request, whole."), status.received_at)


def _checked(status: Status) -> Iterator[Step]:
    if not status.files:
        return
    if status.checked_at:
        text = _("The safety check of your files is finished.")
    else:
        text = _("We check your files for safety. You need not do anything.")
    yield Step(_("Files checked"), text, status.checked_at)


def _delivered(status: Status) -> Step:
    if status.delivered_at:
        text = _("A coordinator has it.")
    elif status.sent_at:
        text = _("We have sent it to a coordinator, and wait for the word that it arrived.")
    else:
        text = _("We are bringing it to a coordinator.")
    return Step(_("Delivered to a coordinator"), text, status.delivered_at)


def _read(status: Status) -> Step:
    if status.read_at:
        text = _("A coordinator has opened your request and will answer you.")
    else:
        text = _("It waits for a coordinator to open it.")
    return Step(pgettext("how far a request is", "Read"), text, status.read_at)


def _added(status: Status) -> Iterator[Step]:
    if status.added_at:
        text = _("You have sent more files. The coordinators are told.")
        yield Step(_("Files added"), text, status.added_at)


def describe_files(status: Status, *, with_names: bool) -> list[dict[str, Any]]:
    return [
        {
            "number": file.position,
            "name": show_name(file.name) if with_names else "",
            "size": file.size,
            "words": FILE_WORDS[file.state],
            "is_wrong": file.state == Verdict.INFECTED,
        }
        for file in status.files
    ]
