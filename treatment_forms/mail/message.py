"""One mail from its row: each kind has a module that finds the words, all leave the same way."""

from collections.abc import Callable, Mapping

from django.core.mail import EmailMultiAlternatives

from treatment_forms.mail import coordinator
from treatment_forms.mail.parcel import EMPTY, Parcel
from treatment_forms.models import Delivery

Builder = Callable[[Delivery, Parcel], EmailMultiAlternatives]
BUILDERS: Mapping[str, Builder] = {
    Delivery.Kind.COORDINATOR: coordinator.build,
}


def build(delivery: Delivery, parcel: Parcel = EMPTY) -> EmailMultiAlternatives:
    """The message as things stand now: a later try may tell other states of the files.

    A builder gives subject, words and `Reply-To`; to whom it goes and by what it is known again
    is the same for all.
    """
    message = BUILDERS[delivery.kind](delivery, parcel)
    message.to = [delivery.recipient]
    message.extra_headers["Message-ID"] = delivery.message_id
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    for part in parcel.attached.values():
        message.attach(part)
    # For Anymail's providers: comes back with their webhooks. Other backends do not look at it.
    message.metadata = {  # type: ignore[attr-defined]  # Anymail's
        "reference": delivery.submission.reference,
        "message": get_unique_part(delivery.message_id),
    }
    return message


def get_unique_part(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
