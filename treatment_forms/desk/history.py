"""What happened to a request, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from treatment_forms.models import Submission, SubmissionEvent
from treatment_forms.states import DeliveryState, State, Verdict

STATES: dict[str, type[State] | type[Verdict] | type[DeliveryState]] = {
    SubmissionEvent.Kind.STATUS: State,
    SubmissionEvent.Kind.VERDICT: Verdict,
    SubmissionEvent.Kind.DELIVERY: DeliveryState,
}


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str | Promise
    detail: str
    actor: str
    reason: str = ""


def get_history(submission: Submission) -> Iterator[Line]:
    """The lines of its history, the oldest first. Three queries, however long it is."""
    recipients = dict(submission.deliveries.values_list("pk", "recipient"))
    numbers = {file.pk: file.position for file in submission.attachments.all()}
    for event in submission.events.select_related("actor"):
        yield Line(
            at=event.happened_at,
            what=event.get_kind_display(),
            detail=_describe(
                event,
                file_number=numbers.get(event.detail.get("attachment", 0)),
                recipient=recipients.get(event.detail.get("delivery", 0), ""),
            ),
            actor=event.actor.get_username() if event.actor else "",
            reason=event.note,
        )


def _describe(event: SubmissionEvent, *, file_number: int | None, recipient: str) -> str:
    parts = []
    if file_number is not None:
        parts.append(_("File %(number)s") % {"number": file_number})
    if recipient:
        parts.append(_("mail to %(recipient)s") % {"recipient": recipient})
    states = STATES.get(event.kind)
    if states and event.target in states.values:
        parts.append(str(states(event.target).label))
    return ": ".join([*parts, *_describe_sender(event.detail)])


def _describe_sender(detail: dict[str, Any]) -> Iterator[str]:
    """What the sender did after sending."""
    if positions := detail.get("positions"):
        yield _("Files %(numbers)s") % {"numbers": ", ".join(map(str, positions))}
    if reference := detail.get("joined_to"):
        yield reference
    if reference := detail.get("joined_by"):
        yield _("%(reference)s was joined to this one") % {"reference": reference}
