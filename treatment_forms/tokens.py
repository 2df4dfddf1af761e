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
    "make_form_token",
    "make_link_token",
    "make_status_token",
    "read_form_token",
    "read_link_token",
    "read_status_token",
]
