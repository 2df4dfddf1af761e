"""Webhooks as they come over HTTP: believed, refused, repeated, late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.rows import make_delivery, make_submission
from tests.treatment_forms.webhooks import (
    ESPS,
    SETTINGS,
    SIGNING_KEY,
    make_body,
    post,
)
from treatment_forms import conf
from treatment_forms.mail.message import get_unique_part
from treatment_forms.models import Alarm, Delivery, ProviderNotice
from treatment_forms.states import DeliveryState

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning"),
]
BOTH_ESPS_AND_EVENTS = [
    (esp, event) for esp in ESPS for event in ("delivered", "bounced", "complained")
]


@pytest.fixture(autouse=True)
def _known_to_providers(settings):
    settings.ANYMAIL = SETTINGS


def make_sent(**fields):
    fields = {"state": DeliveryState.ACCEPTED, "due_at": None, "provider_id": "p-1", **fields}
    return make_delivery(**fields)


def tell(esp, event, delivery, **more):
    told = {
        "unique": get_unique_part(delivery.message_id),
        "provider_id": "p-1",
        "at": timezone.now(),
        **more,
    }
    return make_body(esp, event, **told)


def get_state(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


@pytest.mark.parametrize(("esp", "event"), BOTH_ESPS_AND_EVENTS)
def test_a_webhook_moves_its_mail(esp, event):
    delivery, other = make_sent(), make_sent(provider_id="p-2")

    response = post(esp, tell(esp, event, delivery))

    assert response.status_code == 200
    assert get_state(delivery) == event
    assert get_state(other) == DeliveryState.ACCEPTED
    assert delivery.notices.get().event == event


@pytest.mark.parametrize("esp", ESPS)
def test_a_mail_is_found_by_the_providers_own_name(esp):
    delivery = make_sent()

    post(esp, tell(esp, "delivered", delivery, unique=""))

    assert get_state(delivery) == DeliveryState.DELIVERED


@pytest.mark.parametrize("esp", ESPS)
def test_a_mail_is_found_before_the_provider_has_answered_our_call(esp):
    delivery = make_delivery(state=DeliveryState.SENDING)

    post(esp, tell(esp, "delivered", delivery))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at) == (DeliveryState.DELIVERED, None)


@pytest.mark.parametrize("esp", ESPS)
def test_the_same_webhook_twice_is_one_notice(esp):
    delivery = make_sent()
    body = tell(esp, "bounced", delivery)

    statuses = [post(esp, body).status_code for _time in range(2)]

    assert statuses == [200, 200]
    assert ProviderNotice.objects.count() == 1
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize("esp", ESPS)
def test_an_old_webhook_says_nothing_any_more(esp):
    delivery = make_sent()
    at = timezone.now() - conf.WEBHOOK_FOR - timedelta(minutes=1)

    response = post(esp, tell(esp, "bounced", delivery, at=at))

    assert response.status_code == 200
    assert get_state(delivery) == DeliveryState.ACCEPTED
    assert not ProviderNotice.objects.exists()


@pytest.mark.parametrize("esp", ESPS)
def test_a_webhook_about_a_mail_that_is_not_ours_is_taken_and_forgotten(esp):
    delivery = make_sent()

    response = post(esp, tell(esp, "bounced", delivery, unique="f" * 32, provider_id="p-9"))

    assert response.status_code == 200
    assert get_state(delivery) == DeliveryState.ACCEPTED


@pytest.mark.parametrize("esp", ESPS)
@pytest.mark.parametrize("secret", [None, "anymail:guessed"])
def test_a_forged_webhook_changes_nothing(esp, secret):
    delivery = make_sent()

    response = post(esp, tell(esp, "bounced", delivery), secret=secret)

    # Amazon's SNS shows its secret only when it is asked to.
    assert response.status_code == (401 if esp == "amazon_ses" and secret is None else 400)
    assert get_state(delivery) == DeliveryState.ACCEPTED
    assert not ProviderNotice.objects.exists()


@pytest.mark.parametrize("change", ["token", "timestamp", "signature"])
def test_a_signature_over_other_words_is_refused(settings, change):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}
    delivery = make_sent()
    body = tell("mailgun", "bounced", delivery)
    body["signature"][change] = "1" + body["signature"][change][1:][::-1]

    assert post("mailgun", body, secret=None).status_code == 400
    assert get_state(delivery) == DeliveryState.ACCEPTED


def test_a_signature_is_enough_where_the_provider_signs(settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}
    delivery = make_sent()

    assert post("mailgun", tell("mailgun", "delivered", delivery), secret=None).status_code == 200
    assert get_state(delivery) == DeliveryState.DELIVERED


def test_a_signed_webhook_that_somebody_plays_again_changes_nothing():
    """Whoever has caught one can send it again, but not as another event: it is kept once, and
    what is older than a week is not looked at."""
    delivery = make_sent()
    body = tell("mailgun", "bounced", delivery)
    post("mailgun", body)
    Delivery.objects.update(state=DeliveryState.ACCEPTED)

    assert post("mailgun", body).status_code == 200
    assert get_state(delivery) == DeliveryState.ACCEPTED


@pytest.mark.parametrize("esp", ["postmark", "brevo", "amazon_ses", "mailjet", "sparkpost"])
def test_without_a_secret_nobody_is_believed(settings, esp):
    settings.ANYMAIL = {}
    delivery = make_sent()
    body = tell(esp, "bounced", delivery) if esp in ESPS else b"[]"

    assert post(esp, body, secret=None).status_code == 403
    assert get_state(delivery) == DeliveryState.ACCEPTED


def test_a_provider_that_the_site_does_not_use_is_not_there(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SETTINGS["WEBHOOK_SECRET"]}

    assert post("mailgun", b"{}").status_code == 404


def test_nobody_can_mail_anything_to_us():
    from django.test import Client

    assert Client().post("/anymail/postmark/inbound/", b"{}", "application/json").status_code == 404


RUBBISH = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"{}",
    b"[[]]",
    b"\xff\xfe",
    b'{"signature": null}',
    b'{"signature": {"token": "\xc3\xa9", "timestamp": "1", "signature": "x"}}',
    b'{"RecordType": "Delivery", "DeliveredAt": 7, "MessageID": {}}',
    b'{"RecordType": "Delivery", "DeliveredAt": "2026-99-99", "Metadata": []}',
    b'{"RecordType": "Delivery", "Metadata": {"message": "\\u0000", "anymail_id": "\\u0000"}}',
    b'{"event": "delivered", "ts_epoch": "soon", "message-id": ["p-1"]}',
    b'{"event": "delivered", "ts_epoch": 1e300, "message-id": "p-1"}',
    b'{"Type": "Notification", "MessageId": "1", "Message": "no json"}',
]


@pytest.mark.parametrize("secret", [None, SETTINGS["WEBHOOK_SECRET"]])
@pytest.mark.parametrize("esp", ESPS)
def test_rubbish_is_never_an_error_of_ours(esp, secret):
    delivery = make_sent()
    headers = {"HTTP_X_AMZ_SNS_MESSAGE_TYPE": "Notification", "HTTP_X_AMZ_SNS_MESSAGE_ID": "1"}

    statuses = {post(esp, body, secret=secret, **headers).status_code for body in RUBBISH}

    assert statuses <= {200, 400, 401}
    assert get_state(delivery) == DeliveryState.ACCEPTED


def test_a_get_shows_nothing():
    from django.test import Client

    assert Client().get("/anymail/postmark/tracking/").status_code == 405


def test_the_fallback_mail_of_a_bounce_leaves_at_once(
    mailoutbox, django_capture_on_commit_callbacks
):
    page = make_form_page(fallback_recipient="fallback@example.org")
    delivery = make_sent(submission=make_submission(form_page=page))

    with django_capture_on_commit_callbacks(execute=True):
        post("postmark", tell("postmark", "bounced", delivery))

    assert [message.to for message in mailoutbox] == [["fallback@example.org"]]


def test_nothing_of_what_a_provider_says_is_logged(caplog):
    delivery = make_sent()

    for event in ("bounced", "delivered"):
        post("postmark", tell("postmark", event, delivery))
    post("postmark", b'{"RecordType": "Bounce", "Email": "care@example.org", "Type": []}')

    assert "care@" not in caplog.text
