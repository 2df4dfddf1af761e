"""Hand one message to the host's mail backend, and read what came of it.

The answer never holds an address, a name or a word of the other side's: only numbers and names
of errors go into the history and the log.
"""

import smtplib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from anymail.backends.base_requests import AnymailRequestsBackend
from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.db import connections
from django.utils.module_loading import import_string

from treatment_forms.conf import MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS
from treatment_forms.models import DeliveryAttempt

Outcome = DeliveryAttempt.Outcome
MAX_ID_LENGTH = 200  # of a provider's name for a mail

# Not "no", but "not now": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4.
TRANSIENT_4XX = frozenset({408, 425, 429})

# Said of our key, account or address of the API, not of the mail: no other mail would pass, and
# this one will when somebody has mended it.
OURS_4XX = frozenset({401, 402, 403, 404, 405, 407})
OURS_SMTP = frozenset({530, 534, 535, 538})  # RFC 4954 §6: who are you?

# The same, where a provider says it in a code of its own behind a 400 or 422.
# https://postmarkapp.com/developer/api/overview#error-codes
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
OURS_CODES: Mapping[str, frozenset[str]] = {
    "Postmark": frozenset({"400", "401", "405", "412", "413"}),
    "Amazon SES": frozenset(
        {
            "AccountSuspendedException",
            "MailFromDomainNotVerifiedException",
            "SendingPausedException",
            "LimitExceededException",
            "ThrottlingException",
        }
    ),
}

# What makes a provider keep our Message-ID, so that a duplicate can be told by it.
PROVIDER_HEADERS = {"Postmark": {"X-PM-KeepID": "true"}}


@dataclass(frozen=True)
class Answer:
    """What came of one try.

    Attributes:
        is_ours: it is not this mail that is wrong but how the site is set up.
        provider_id: what the provider calls the mail, and its webhooks do.
    """

    outcome: DeliveryAttempt.Outcome
    said: str = ""
    retry_after: timedelta | None = None
    is_ours: bool = False
    provider_id: str = ""


def get_provider() -> str:
    """Anymail's name of the provider, as in "Amazon SES"; empty where the host uses another way."""
    return getattr(import_string(settings.EMAIL_BACKEND), "esp_name", "")


def send(message: EmailMessage, *, seconds: float) -> Answer:
    """Send within `seconds` in all, or give up on it. Raises nothing that a send can raise.

    The wire runs in a thread of its own, because no timeout of a socket bounds a whole dialogue.
    A backend that cannot be interrupted is left behind with its thread.
    """
    if seconds <= 0:  # its claim is as good as over: somebody else is about to send it
        return Answer(Outcome.TRANSIENT, "too late")
    sending = _Sending(message)
    sending.start()
    sending.join(seconds)
    if sending.is_alive():
        sending.abort()
        return Answer(Outcome.TRANSIENT, "no end in sight")
    return sending.answer


class _Sending(threading.Thread):
    answer = Answer(Outcome.TRANSIENT, "no answer")

    def __init__(self, message: EmailMessage) -> None:
        super().__init__(daemon=True, name="treatment_forms.mail")
        self.message = message
        self.connection: Any = None

    def run(self) -> None:
        try:
            self.answer = self.talk()
        except Exception as error:  # noqa: BLE001  (a thread has nobody above it to tell)
            self.answer = read_error(error)
        finally:
            connections.close_all()  # a host's backend or signal may have opened one in this thread

    def talk(self) -> Answer:
        self.connection = get_connection()
        if isinstance(self.connection, AnymailRequestsBackend):
            self.connection.timeout = (MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS)
            headers = PROVIDER_HEADERS.get(self.connection.esp_name, {})
            self.message.extra_headers.update(headers)
        try:
            sent = self.connection.send_messages([self.message])
        except AnymailUnsupportedFeature:  # raised before the wire: this provider has no metadata
            del self.message.metadata  # type: ignore[attr-defined]  # Anymail's own attribute
            sent = self.connection.send_messages([self.message])
        if not sent:
            return Answer(Outcome.PERMANENT, "not sent")
        if _is_silent(self.message):
            return Answer(Outcome.TRANSIENT, "no word of the mail")
        return Answer(Outcome.ACCEPTED, provider_id=_get_id(self.message))

    def abort(self) -> None:
        abort = getattr(self.connection, "abort", None)
        if callable(abort):
            abort()


def _is_silent(message: EmailMessage) -> bool:
    """Whether a provider answered well but names no mail: Anymail lets an empty list pass."""
    told = getattr(message, "anymail_status", None)
    return told is not None and told.status == {"unknown"} and told.message_id is None


def _get_id(message: EmailMessage) -> str:
    """The provider's own name for a mail to one recipient."""
    told = getattr(message, "anymail_status", None)
    name = told.message_id if told is not None else ""
    return name if isinstance(name, str) and len(name) <= MAX_ID_LENGTH else ""


def read_error(error: Exception) -> Answer:
    """What an exception of a backend means for the next try. Doubt means: try again."""
    name = type(error).__name__
    if isinstance(error, AnymailError):
        return _read_provider(error, name)
    if code := _get_smtp_code(error):
        is_ours = code in OURS_SMTP
        is_final = 500 <= code < 600 and not is_ours
        outcome = Outcome.PERMANENT if is_final else Outcome.TRANSIENT
        return Answer(outcome, f"smtp {code}", is_ours=is_ours)
    if isinstance(error, UnicodeError | BadHeaderError):  # this message will never leave
        return Answer(Outcome.PERMANENT, name)
    return Answer(Outcome.TRANSIENT, name)


def _get_smtp_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), None)
    if type(error) is smtplib.SMTPResponseException:
        return None  # smtplib's own "500 Line too long": rubbish, not a refusal
    return getattr(error, "smtp_code", None)


def _read_provider(error: AnymailError, name: str) -> Answer:
    status = _get_status(error)
    if status is None:
        # The connection failed, or Anymail itself found the message or its recipient impossible.
        is_unreached = isinstance(error, AnymailAPIError)
        return Answer(Outcome.TRANSIENT if is_unreached else Outcome.PERMANENT, name)
    said = f"{error.esp_name or 'api'} {status}".lower()
    if status in OURS_4XX or _get_code(error) in OURS_CODES.get(error.esp_name, ()):
        return Answer(Outcome.TRANSIENT, said, is_ours=True)
    if 400 <= status < 500 and status not in TRANSIENT_4XX:
        return Answer(Outcome.PERMANENT, said)
    return Answer(Outcome.TRANSIENT, said, _get_retry_after(error))


def _get_status(error: AnymailError) -> int | None:
    """The HTTP status; of Amazon SES, too, whose answer is botocore's dictionary."""
    if isinstance(error.response, dict):
        status: int | None = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status
    return error.status_code  # type: ignore[no-any-return]  # Anymail has no types


def _get_code(error: AnymailError) -> str:
    """The provider's own code for what is wrong; empty where it gives none that we know."""
    if isinstance(error.response, dict):
        return str(error.response.get("Error", {}).get("Code"))
    try:
        answer = error.response.json()
    except (AttributeError, ValueError):  # there is none, or it is not JSON
        return ""
    return str(answer.get("ErrorCode")) if isinstance(answer, dict) else ""


def _get_retry_after(error: AnymailError) -> timedelta | None:
    """RFC 9110 §10.2.3: seconds or a date. Nonsense is ignored."""
    value = str(getattr(error.response, "headers", {}).get("Retry-After", "")).strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 10**7))
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(when - datetime.now(UTC), timedelta())
