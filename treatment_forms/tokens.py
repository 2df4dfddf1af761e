"""What we sign and give away: whoever has it may do one thing, for a time.

None of them holds a name, an address or an answer; each has a salt of its own, so that one never
opens what another does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.core.signing import BadSignature

from treatment_forms import conf

FORM = "treatment_forms.form"
STATUS = "treatment_forms.status"
STATUS_BY_MAIL = "treatment_forms.status_by_mail"
LINK = "treatment_forms.link"


@dataclass(frozen=True)
class FormToken:
    form_key: UUID
    issued_at: datetime


def make_form_token(form_key: UUID) -> str:
    """For a page with a form: the same for all who see that page, so it may be cached."""
    return signing.dumps(str(form_key), salt=FORM)


def read_form_token(token: str, *, max_age: timedelta = conf.FORM_TOKEN_FOR) -> FormToken:
    """
    Raises:
        BadSignature: not ours, or older than `max_age`.
    """
    signer = signing.TimestampSigner(salt=FORM)
    key: str = signing.loads(token, salt=FORM, max_age=max_age)
    issued = signing.b62_decode(signer.sep.join(token.split(signer.sep)[1:2]))
    return FormToken(UUID(key), datetime.fromtimestamp(issued, UTC))


def make_status_token(reference: str) -> str:
    """For the one who sent the request; opens its status page and may withdraw it."""
    return signing.Signer(salt=STATUS).sign(reference)


def read_status_token(token: str) -> str:
    """The reference.

    Raises:
        BadSignature: not ours.
    """
    return signing.Signer(salt=STATUS).unsign(token)


@dataclass(frozen=True)
class StatusToken:
    """
    Attributes:
        is_mailed: whoever has it reads the mailbox that the request names. Without that they may
            have typed anybody's address, and are told nothing of what else came from it.
    """

    reference: str
    is_mailed: bool


def make_mailed_status_token(reference: str) -> str:
    """As `make_status_token`; given away in a mail to the address in the request, nowhere else."""
    return signing.Signer(salt=STATUS_BY_MAIL).sign(reference)


def read_any_status_token(token: str) -> StatusToken:
    """
    Raises:
        BadSignature: not ours.
    """
    try:
        return StatusToken(read_status_token(token), is_mailed=False)
    except BadSignature:
        return StatusToken(signing.Signer(salt=STATUS_BY_MAIL).unsign(token), is_mailed=True)


def make_link_token(link_id: int) -> str:
    """For the recipient of one mail; the row says until when it opens anything."""
    return signing.Signer(salt=LINK).sign(str(link_id))


def read_link_token(token: str) -> int:
    """The primary key of a `FileLink`.

    Raises:
        BadSignature: not ours.
    """
    return int(signing.Signer(salt=LINK).unsign(token))


__all__ = [
    "BadSignature",
    "FormToken",
    "StatusToken",
    "make_form_token",
    "make_link_token",
    "make_mailed_status_token",
    "make_status_token",
    "read_any_status_token",
    "read_form_token",
    "read_link_token",
    "read_status_token",
]
