"""One mail from its row: each kind has a module that finds the words, all leave the same way."""

from collections.abc import Callable, Mapping

from django.core.mail import EmailMultiAlternatives

from treatment_forms.mail import addition, coordinator, escalation, patient, withdrawal
from treatment_forms.mail.parcel import EMPTY, Parcel
from treatment_forms.models import Delivery
from treatment_forms.states import State

Builder = Callable[[Delivery, Parcel], EmailMultiAlternatives]
BUILDERS: Mapping[str, Builder] = {
    Delivery.Kind.COORDINATOR: coordinator.build,
    Delivery.Kind.ADDITION: addition.build,
    Delivery.Kind.WITHDRAWAL: withdrawal.build,
    Delivery.Kind.ESCALATION: escalation.build,
    Delivery.Kind.CONFIRMATION: patient.build,
}


def build(delivery: Delivery, parcel: Parcel = EMPTY) -> EmailMultiAlternatives:
    """The message as things stand now: a later try may tell other states of the files.

    A builder gives subject, words and `Reply-To`; to whom it goes and by what it is known again
    is the same for all.
    """
    message = get_builder(delivery)(delivery, parcel)
    message.to = [delivery.recipient]
    message.extra_headers["Message-ID"] = delivery.message_id
    message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    for part in parcel.attached.values():
        message.attach(part)
    # For Anymail's providers: comes back with their webhooks. Other backends do not look at it.
    message.metadata = {  # type: ignore[attr-defined]  # Anymail's
        "reference": delivery.submission.reference,
        "message": get_unique_part(delivery.message_id),
    }
    return message


def get_builder(delivery: Delivery) -> Builder:
    """Of a withdrawn request no mail to staff says anything else, whatever it was made for."""
    is_for_staff = delivery.kind != Delivery.Kind.CONFIRMATION
    if is_for_staff and delivery.submission.status == State.WITHDRAWN:
        return withdrawal.build
    return BUILDERS[delivery.kind]


def get_unique_part(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
