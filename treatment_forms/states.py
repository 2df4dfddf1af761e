"""The states of files, requests and deliveries, and who may follow whom.

Queries nothing and reads no settings; constraints, admin and tests are derived from these tables.
"""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verdict(TextChoices):
    NOT_YET = "not_yet", _("Being checked")
    """Stored, unscanned, or the scanner gave no answer. Nobody may open it."""

    CLEAN = "clean", _("Clean")
    """The scanner said OK. Staff may open it."""

    INFECTED = "infected", _("Did not pass the safety check")
    """Malware. The bytes are deleted, the record stays."""

    UNSCANNABLE = "unscannable", _("Could not be checked")
    """Over the scanner's limits or encrypted. Opens only after a release with a reason."""

    RELEASED = "released", _("Released by staff")
    """A named member of staff took the responsibility, with a reason in the history."""


NEXT_VERDICT: Mapping[Verdict, frozenset[Verdict]] = {
    Verdict.NOT_YET: frozenset(
        {Verdict.CLEAN, Verdict.INFECTED, Verdict.UNSCANNABLE, Verdict.RELEASED}
    ),
    Verdict.CLEAN: frozenset({Verdict.NOT_YET, Verdict.INFECTED, Verdict.UNSCANNABLE}),
    Verdict.UNSCANNABLE: frozenset({Verdict.NOT_YET, Verdict.INFECTED, Verdict.RELEASED}),
    Verdict.RELEASED: frozenset({Verdict.INFECTED}),
    Verdict.INFECTED: frozenset(),
}
OPENABLE = frozenset({Verdict.CLEAN, Verdict.RELEASED})
SETTLED = frozenset(Verdict) - {Verdict.NOT_YET}


class State(TextChoices):
    RECEIVED = "received", _("Received")
    """Stored whole. No coordinator has looked at it yet."""

    OPENED = "opened", _("Opened")
    """A coordinator has read it."""

    SPAM = "spam", _("Suspected spam")
    """Stored whole like any other, but nobody is told until a person says that it is none."""

    WITHDRAWN = "withdrawn", _("Withdrawn")
    """The sender took the consent back: answers and files are deleted, the history stays."""


NEXT_STATE: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.OPENED, State.SPAM, State.WITHDRAWN}),
    State.OPENED: frozenset({State.SPAM, State.WITHDRAWN}),
    State.SPAM: frozenset({State.RECEIVED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


class UploadState(TextChoices):
    """A file on its way. Whole and passed, it is a `StagedFile` and its upload is gone."""

    RECEIVING = "receiving", _("Being received")
    CHECKING = "checking", _("Being checked")
    """Whole; one process joins and checks it. Due to be taken over when its lease runs out."""

    REFUSED = "refused", _("Refused")
    """Its bytes are deleted; the row tells the sender why until it expires."""


NEXT_UPLOAD: Mapping[UploadState, frozenset[UploadState]] = {
    UploadState.RECEIVING: frozenset({UploadState.CHECKING}),
    UploadState.CHECKING: frozenset({UploadState.CHECKING, UploadState.REFUSED}),
    UploadState.REFUSED: frozenset(),
}


class DeliveryState(TextChoices):
    WAITING = "waiting", _("Waiting for the file check")
    """Due at the latest when the grace for scanning is over (`conf.MAIL_GRACE`)."""

    PENDING = "pending", _("Waiting to be sent")
    """Due now, or after a temporary error."""

    SENDING = "sending", _("Being sent")
    """Claimed by a worker; due again when its lease runs out."""

    ACCEPTED = "accepted", _("Accepted by the mail server")
    """Somebody else has it now; not yet proof that it arrived."""

    DELIVERED = "delivered", _("Delivered")
    """The recipient's mail server has it, says the provider."""

    BOUNCED = "bounced", _("Bounced")
    """It came back, or the provider did not even try."""

    COMPLAINED = "complained", _("Marked as spam")
    """Whoever got it called it spam: the provider may keep the next ones from them."""

    DEAD = "dead", _("Given up")
    """A permanent error, or 72 hours of temporary ones."""


TOLD_BY_PROVIDERS = frozenset(
    {DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED}
)
"""What a webhook says. It may come before the answer to the very call that sent the mail."""

NEXT_DELIVERY: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.PENDING, DeliveryState.SENDING}),
    DeliveryState.PENDING: frozenset({DeliveryState.SENDING, *TOLD_BY_PROVIDERS}),
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENDING,  # taken over from a worker whose lease ran out
            DeliveryState.PENDING,
            DeliveryState.ACCEPTED,
            DeliveryState.DEAD,
            *TOLD_BY_PROVIDERS,
        }
    ),
    DeliveryState.ACCEPTED: TOLD_BY_PROVIDERS,
    DeliveryState.DELIVERED: frozenset({DeliveryState.BOUNCED, DeliveryState.COMPLAINED}),
    DeliveryState.BOUNCED: frozenset(),
    DeliveryState.COMPLAINED: frozenset(),
    # Sending again makes a new delivery. But the answer that we never got may have been a yes.
    DeliveryState.DEAD: frozenset({DeliveryState.DELIVERED, DeliveryState.COMPLAINED}),
}
CLAIMABLE = frozenset({DeliveryState.WAITING, DeliveryState.PENDING, DeliveryState.SENDING})
"""What a worker may claim once it is due; a `SENDING` row is due when its worker died."""

FAILED = frozenset({DeliveryState.BOUNCED, DeliveryState.COMPLAINED, DeliveryState.DEAD})
"""Not read by whom it was meant for, as far as we know: somebody else must hear of it."""
