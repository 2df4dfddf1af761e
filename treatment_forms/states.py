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


NEXT_STATE: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.OPENED}),
    State.OPENED: frozenset(),
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
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked as spam")

    DEAD = "dead", _("Given up")
    """A permanent error, or 72 hours of temporary ones. Always with an alarm."""


NEXT_DELIVERY: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.PENDING, DeliveryState.SENDING}),
    DeliveryState.PENDING: frozenset({DeliveryState.SENDING}),
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENDING,  # taken over from a worker whose lease ran out
            DeliveryState.PENDING,
            DeliveryState.ACCEPTED,
            DeliveryState.DEAD,
        }
    ),
    DeliveryState.ACCEPTED: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED}
    ),
    DeliveryState.DELIVERED: frozenset({DeliveryState.BOUNCED, DeliveryState.COMPLAINED}),
    DeliveryState.BOUNCED: frozenset(),
    DeliveryState.COMPLAINED: frozenset(),
    DeliveryState.DEAD: frozenset(),  # sending again makes a new delivery: the old one stays told
}
CLAIMABLE = frozenset({DeliveryState.WAITING, DeliveryState.PENDING, DeliveryState.SENDING})
"""What a worker may claim once it is due; a `SENDING` row is due when its worker died."""
