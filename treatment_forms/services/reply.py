"""The answer that a request gets by itself: a mail to the address in it, which may be anybody's."""

from datetime import datetime

from django.utils.crypto import salted_hmac

from treatment_forms.answers import get_email
from treatment_forms.errors import TooMuch
from treatment_forms.models import Delivery, Submission, SubmissionEvent
from treatment_forms.services import limits
from treatment_forms.services.address import draft

NOBODY = "test@example.org"  # RFC 2606: nobody's, for test requests of editors without an address


def make_email_key(email: str | None) -> str:
    """Finds other requests from the same address, and tells nobody which it is.

    Only ASCII letters lose their case: some others become ASCII with it (the sign for Kelvin
    becomes a k), and then somebody else's mailbox would be taken for this one.
    """
    if not email:
        return ""
    same = "".join(char.lower() if char.isascii() else char for char in email.strip())
    return salted_hmac("treatment_forms.email", same, algorithm="sha256").hexdigest()


def make_mailbox_key(email: str) -> str:
    """For limits: what many providers put into one mailbox (`a.b+c@`, `ab@`) is one."""
    name, _at, domain = email.strip().lower().rpartition("@")
    mailbox = name.partition("+")[0].replace(".", "")
    return salted_hmac(
        "treatment_forms.mailbox", f"{mailbox}@{domain}", algorithm="sha256"
    ).hexdigest()


def draft_confirmation(submission: Submission, *, at: datetime) -> list[Delivery]:
    """The mail that tells the sender that we have the request; to be stored by the caller.

    Nobody is to be flooded by our form: over the limit there is no mail, and the history says so.
    """
    email = get_email(submission.form_snapshot, submission.answers)
    if not email or email == NOBODY:
        return []
    try:
        limits.spend(make_mailbox_key(email), "RATE_REPLIES", 1, at=at)
    except TooMuch:
        kind = SubmissionEvent.Kind.NO_REPLY
        SubmissionEvent.objects.create(submission=submission, kind=kind, happened_at=at)
        return []
    return draft(submission, Delivery.Kind.CONFIRMATION, [email], at=at)
