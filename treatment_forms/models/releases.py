"""Who took the responsibility for a file that nothing has found clean, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from treatment_forms.models.submissions import SubmissionEvent
from treatment_forms.states import Verdict


@dataclass(frozen=True)
class Release:
    actor: str  # empty when the account is gone
    reason: str
    at: datetime

    def __str__(self) -> str:
        actor = self.actor or _("a former member of staff")
        return _("Released by %(actor)s: %(reason)s") % {"actor": actor, "reason": self.reason}


def get_releases(submission_id: int) -> dict[int, Release]:
    """The releases of one request's files by their primary keys. One query."""
    events = SubmissionEvent.objects.filter(
        submission_id=submission_id,
        kind=SubmissionEvent.Kind.VERDICT,
        target=Verdict.RELEASED,
    ).select_related("actor")
    return {event.detail["attachment"]: _read(event) for event in events}


def _read(event: SubmissionEvent) -> Release:
    actor = event.actor.get_username() if event.actor else ""
    return Release(actor=actor, reason=event.note, at=event.happened_at)
