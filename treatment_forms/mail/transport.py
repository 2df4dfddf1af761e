"""Hand one message to the host's mail backend, and read what came of it.

The answer never holds an address, a name or a word of the other side's: only numbers and names
of errors go into the history and the log.
"""

import smtplib
import threading
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
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.db import connections

from treatment_forms.conf import MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS
from treatment_forms.models import DeliveryAttempt

Outcome = DeliveryAttempt.Outcome

# Not "no", but "not now": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4.
TRANSIENT_4XX = frozenset({408, 425, 429})

# What makes a provider keep our Message-ID, so that a duplicate can be told by it.
PROVIDER_HEADERS = {"Postmark": {"X-PM-KeepID": "true"}}


@dataclass(frozen=True)
class Answer:
    outcome: DeliveryAttempt.Outcome
    said: str = ""
    retry_after: timedelta | None = None


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
    answer: Answer

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
        return Answer(Outcome.ACCEPTED)

    def abort(self) -> None:
        abort = getattr(self.connection, "abort", None)
        if callable(abort):
            abort()


def _is_silent(message: EmailMessage) -> bool:
    """Whether a provider answered well but names no mail: Anymail lets an empty list pass."""
    told = getattr(message, "anymail_status", None)
    return told is not None and told.status == {"unknown"} and told.message_id is None


def read_error(error: Exception) -> Answer:
    """What an exception of a backend means for the next try. Doubt means: try again."""
    name = type(error).__name__
    if isinstance(error, AnymailError):
        return _read_provider(error, name)
    if code := _get_smtp_code(error):
        return Answer(Outcome.PERMANENT if 500 <= code < 600 else Outcome.TRANSIENT, f"smtp {code}")
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
    if 400 <= status < 500 and status not in TRANSIENT_4XX:
        return Answer(Outcome.PERMANENT, said)
    return Answer(Outcome.TRANSIENT, said, _get_retry_after(error))


def _get_status(error: AnymailError) -> int | None:
    """The HTTP status; of Amazon SES, too, whose answer is botocore's dictionary."""
    if isinstance(error.response, dict):
        status: int | None = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status
    return error.status_code  # type: ignore[no-any-return]  # Anymail has no types


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
