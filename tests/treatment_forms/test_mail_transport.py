"""What Anymail's real backends and Django's own say to us, over real sockets."""

import smtplib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest
from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail import BadHeaderError, EmailMessage, get_connection

from tests.wire.esp import GOOD, provider
from tests.wire.smtp import get_closed_port, smtp_server
from treatment_forms.mail import transport
from treatment_forms.models import DeliveryAttempt

Outcome = DeliveryAttempt.Outcome
KEYS = {
    "postmark": {"POSTMARK_SERVER_TOKEN": "token"},
    "mailgun": {"MAILGUN_API_KEY": "key", "MAILGUN_SENDER_DOMAIN": "example.org"},
    "brevo": {"BREVO_API_KEY": "key"},
}
ESPS = sorted(KEYS)
IDS = {
    "postmark": GOOD["postmark"]["MessageID"],
    "mailgun": GOOD["mailgun"]["id"],
    "brevo": GOOD["brevo"]["messageId"],
}


def make_message():
    message = EmailMessage(
        subject="Request TR-0000-0000",
        body="Text",
        from_email="site@example.org",
        to=["care@example.org"],
        reply_to=["vera@example.com"],
        headers={"Message-ID": "<1234@example.org>", "Auto-Submitted": "auto-generated"},
    )
    message.metadata = {"reference": "TR-0000-0000", "message": "1234"}
    return message


@pytest.fixture
def use(settings):
    def point(esp, url):
        settings.EMAIL_BACKEND = f"anymail.backends.{esp}.EmailBackend"
        settings.ANYMAIL = {**KEYS[esp], f"{esp.upper()}_API_URL": url}

    return point


@pytest.mark.parametrize("esp", ESPS)
def test_a_mail_is_accepted_with_its_message_id_and_metadata(use, esp):
    with provider(esp) as endpoint:
        use(esp, endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer == transport.Answer(Outcome.ACCEPTED, provider_id=IDS[esp])
    [call] = endpoint.calls
    text = str(parse_qs(call.body.decode())) if esp == "mailgun" else call.body.decode()
    for part in ("<1234@example.org>", "TR-0000-0000", "vera@example.com", "auto-generated"):
        assert part in text


def test_postmark_is_told_to_keep_the_message_id(use):
    with provider("postmark") as endpoint:
        use("postmark", endpoint.url)
        transport.send(make_message(), seconds=10)

    headers = {one["Name"]: one["Value"] for one in endpoint.calls[0].json["Headers"]}
    assert headers["X-PM-KeepID"] == "true"
    assert headers["Message-ID"] == "<1234@example.org>"


@pytest.mark.parametrize("esp", ESPS)
@pytest.mark.parametrize(
    ("status", "outcome", "is_ours"),
    [
        (400, Outcome.PERMANENT, False),
        (401, Outcome.TRANSIENT, True),
        (402, Outcome.TRANSIENT, True),
        (403, Outcome.TRANSIENT, True),
        (404, Outcome.TRANSIENT, True),
        (408, Outcome.TRANSIENT, False),
        (413, Outcome.PERMANENT, False),
        (425, Outcome.TRANSIENT, False),
        (429, Outcome.TRANSIENT, False),
        (500, Outcome.TRANSIENT, False),
        (502, Outcome.TRANSIENT, False),
        (503, Outcome.TRANSIENT, False),
    ],
)
def test_a_status_says_whether_to_try_again(use, esp, status, outcome, is_ours):
    with provider(esp, status=status, body=b'{"message": "care@example.org is wrong"}') as endpoint:
        use(esp, endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer == transport.Answer(outcome, f"{esp} {status}", is_ours=is_ours)


@pytest.mark.parametrize("code", [400, 401, 405, 412, 413])
def test_postmark_says_in_a_code_that_the_account_is_at_fault(use, code):
    body = b'{"ErrorCode": %d, "Message": "care@example.org"}' % code
    with provider("postmark", status=422, body=body) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer == transport.Answer(Outcome.TRANSIENT, "postmark 422", is_ours=True)


@pytest.mark.parametrize("body", [b'{"ErrorCode": 403}', b'{"ErrorCode": [401]}', b"<html>"])
def test_another_code_of_postmarks_is_of_the_mail(use, body):
    with provider("postmark", status=422, body=body) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer == transport.Answer(Outcome.PERMANENT, "postmark 422")


@pytest.fixture
def use_ses(settings):
    def point(url):
        settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
        settings.ANYMAIL = {
            "AMAZON_SES_SESSION_PARAMS": {
                "aws_access_key_id": "id",
                "aws_secret_access_key": "key",
                "region_name": "eu-central-1",
            },
            "AMAZON_SES_CLIENT_PARAMS": {
                "endpoint_url": url,
                "config": {"retries": {"total_max_attempts": 1}},
            },
        }

    return point


def test_amazon_takes_a_mail_and_names_it(use_ses):
    with provider("amazon_ses") as endpoint:
        use_ses(endpoint.url)
        answer = transport.send(make_message(), seconds=20)

    assert answer == transport.Answer(Outcome.ACCEPTED, provider_id="0100018c-ses-1")


@pytest.mark.parametrize(
    ("status", "code", "outcome", "is_ours"),
    [
        (400, "MessageRejected", Outcome.PERMANENT, False),
        (400, "BadRequestException", Outcome.PERMANENT, False),
        (400, "LimitExceededException", Outcome.TRANSIENT, True),
        (400, "SendingPausedException", Outcome.TRANSIENT, True),
        (400, "MailFromDomainNotVerifiedException", Outcome.TRANSIENT, True),
        (403, "InvalidSignatureException", Outcome.TRANSIENT, True),
        (429, "TooManyRequestsException", Outcome.TRANSIENT, False),
        (500, "InternalFailure", Outcome.TRANSIENT, False),
    ],
)
def test_amazon_says_it_in_a_name(use_ses, status, code, outcome, is_ours):
    body = b'{"message": "care@example.org"}'
    headers = {"x-amzn-ErrorType": code}
    with provider("amazon_ses", status=status, body=body, headers=headers) as endpoint:
        use_ses(endpoint.url)
        answer = transport.send(make_message(), seconds=20)

    assert answer == transport.Answer(outcome, f"amazon ses {status}", is_ours=is_ours)


@pytest.mark.parametrize("code", [300, 406])
def test_a_recipient_whom_the_provider_refuses_is_permanent(use, code):
    body = (
        b'{"ErrorCode": %d, "Message": "Invalid \'To\' address: \'care@example.org\'. '
        b'Found inactive addresses: care@example.org.\\n Inactive recipients"}' % code
    )
    with provider("postmark", status=422, body=body) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer.outcome == Outcome.PERMANENT
    assert "@" not in answer.said


@pytest.mark.parametrize("esp", ["mailgun", "brevo"])
def test_an_unprocessable_message_is_permanent(use, esp):
    with provider(esp, status=422) as endpoint:
        use(esp, endpoint.url)
        assert transport.send(make_message(), seconds=10).outcome == Outcome.PERMANENT


@pytest.mark.parametrize("esp", ESPS)
@pytest.mark.parametrize("body", [b"<html>welcome to the hotel", b"", b"[]", b"null", b'"x"'])
def test_a_200_that_nobody_can_read_is_no_acceptance(use, esp, body):
    with provider(esp, body=body) as endpoint:
        use(esp, endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    if (esp, body) == ("brevo", b""):  # Anymail's own reading: an empty answer is Brevo's yes
        assert answer.outcome == Outcome.ACCEPTED
    else:
        assert answer.outcome == Outcome.TRANSIENT


def test_retry_after_is_read_in_seconds(use):
    with provider("postmark", status=429, headers={"Retry-After": "1800"}) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer.retry_after == timedelta(minutes=30)


def test_retry_after_is_read_as_a_date(use):
    when = format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)
    with provider("postmark", status=503, headers={"Retry-After": when}) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert timedelta(minutes=29) < answer.retry_after <= timedelta(minutes=30)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "٣", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_nonsense_in_retry_after_is_ignored(use, value):
    headers = {"Retry-After": value.encode().decode("latin-1")}
    with provider("postmark", status=429, headers=headers) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer.retry_after is None


def test_a_provider_that_cannot_be_reached_is_tried_again(use):
    use("postmark", f"http://127.0.0.1:{get_closed_port()}/")

    assert transport.send(make_message(), seconds=10).outcome == Outcome.TRANSIENT


@pytest.mark.parametrize(
    "behaviour", [{"seconds": 30}, {"drips": True, "body": b" " * 200}], ids=["hangs", "drips"]
)
def test_a_provider_that_does_not_come_to_an_end_is_left(use, behaviour):
    with provider("postmark", **behaviour) as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=0.5)

    assert answer == transport.Answer(Outcome.TRANSIENT, "no end in sight")


def test_the_contracts_timeouts_hold_for_a_host_that_set_none(use, monkeypatch):
    seen = []
    with provider("postmark") as endpoint:
        use("postmark", endpoint.url)
        real = transport.get_connection

        def spy():
            seen.append(real())
            return seen[0]

        monkeypatch.setattr(transport, "get_connection", spy)
        transport.send(make_message(), seconds=10)

    assert seen[0].timeout == (5, 30)


def test_a_provider_without_metadata_gets_the_mail_without(use, monkeypatch):
    from anymail.backends.postmark import PostmarkPayload

    def set_metadata(self, metadata):
        self.unsupported_feature("metadata")

    monkeypatch.setattr(PostmarkPayload, "set_metadata", set_metadata)
    with provider("postmark") as endpoint:
        use("postmark", endpoint.url)
        answer = transport.send(make_message(), seconds=10)

    assert answer.outcome == Outcome.ACCEPTED
    assert len(endpoint.calls) == 1


def test_a_mail_that_the_backend_did_not_send_is_not_accepted(settings):
    settings.EMAIL_BACKEND = "tests.treatment_forms.test_mail_transport.SendsNothing"

    assert transport.send(make_message(), seconds=10).outcome == Outcome.PERMANENT


class SendsNothing:
    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        return 0


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), Outcome.TRANSIENT),
        (smtplib.SMTPAuthenticationError(454, b"later"), Outcome.TRANSIENT),
        (smtplib.SMTPRecipientsRefused({}), Outcome.TRANSIENT),
        (smtplib.SMTPNotSupportedError("STARTTLS"), Outcome.TRANSIENT),
        (ssl.SSLCertVerificationError("wrong"), Outcome.TRANSIENT),
        (socket.gaierror(-2, "Name or service not known"), Outcome.TRANSIENT),
        (TimeoutError(), Outcome.TRANSIENT),
        (BadHeaderError("care@example.org"), Outcome.PERMANENT),
        (UnicodeEncodeError("ascii", "я", 0, 1, "care@example.org"), Outcome.PERMANENT),
        (AnymailRecipientsRefused("care@example.org"), Outcome.PERMANENT),
        (RuntimeError("care@example.org"), Outcome.TRANSIENT),
    ],
)
def test_an_error_is_read_without_its_words(error, outcome):
    answer = transport.read_error(error)

    assert answer.outcome == outcome
    assert "@" not in answer.said


def test_a_wrong_password_is_ours_to_mend_and_no_reason_to_give_up_a_mail():
    answer = transport.read_error(smtplib.SMTPAuthenticationError(535, b"who is care@example.org?"))

    assert answer == transport.Answer(Outcome.TRANSIENT, "smtp 535", is_ours=True)


def test_smtp_connects_in_five_seconds_and_waits_thirty_for_an_answer(settings, monkeypatch):
    settings.EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = None
    asked = []
    real = socket.create_connection

    def spy(address, timeout=None, *args, **kwargs):
        asked.append(timeout)
        return real(address, timeout, *args, **kwargs)

    with smtp_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        monkeypatch.setattr(socket, "create_connection", spy)
        backend = get_connection()
        backend.open()
        timeouts = asked[0], backend.connection.sock.gettimeout()
        backend.close()

    assert timeouts == (5, 30)


def open_and_fail(backend):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        backend.open()


def test_smtp_can_be_interrupted_while_it_connects(settings):
    settings.EMAIL_BACKEND = "treatment_forms.mail.smtp.EmailBackend"

    with smtp_server(hold={"banner"}) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        backend = get_connection()
        thread = threading.Thread(target=open_and_fail, args=[backend])
        thread.start()
        assert server.reached["banner"].wait(5)
        while backend._line is None:
            thread.join(0.01)
        backend.abort()
        thread.join(5)

    assert not thread.is_alive()
