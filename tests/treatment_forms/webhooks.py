"""What mail providers post to us, as their documentation shows it."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

SECRET = "anymail:a-secret-for-webhooks"
SIGNING_KEY = "mailgun-signing-key"
SETTINGS = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}
ESPS = ("postmark", "mailgun", "brevo", "amazon_ses")
NAMES = {  # of the same three events
    "postmark": {"delivered": "Delivery", "bounced": "Bounce", "complained": "SpamComplaint"},
    "mailgun": {"delivered": "delivered", "bounced": "failed", "complained": "complained"},
    "brevo": {"delivered": "delivered", "bounced": "hard_bounce", "complained": "spam"},
    "amazon_ses": {"delivered": "Delivery", "bounced": "Bounce", "complained": "Complaint"},
}
TO = "care@example.org"


def make_body(esp: str, event: str, *, unique: str, provider_id: str, at: datetime) -> Any:
    """The words of one webhook about one mail.

    Args:
        unique: what the provider was given along; "" where it keeps nothing.
    """
    name = NAMES[esp].get(event, event)
    metadata = {"message": unique} if unique else {}
    return globals()[f"make_{esp}"](name, metadata, provider_id, at)


def make_postmark(name: str, metadata: dict[str, str], provider_id: str, at: datetime) -> Any:
    stamp = "DeliveredAt" if name == "Delivery" else "BouncedAt"
    kinds = {"Bounce": "HardBounce", "SpamComplaint": "SpamComplaint"}
    told = {"RecordType": name, "MessageID": provider_id, stamp: at.isoformat()}
    told |= {"Type": kinds[name], "ID": 42} if name in kinds else {}
    return {**told, "Email": TO, "Metadata": metadata}


def make_mailgun(name: str, metadata: dict[str, str], provider_id: str, at: datetime) -> Any:
    signed = {
        "timestamp": str(int(at.timestamp())),
        "token": hashlib.md5(name.encode()).hexdigest(),
    }
    return {
        "signature": {**signed, "signature": sign(**signed)},
        "event-data": {
            "event": name,
            "severity": "permanent",
            "timestamp": at.timestamp(),
            "recipient": TO,
            "message": {"headers": {"message-id": provider_id.strip("<>")}},
            "user-variables": metadata,
        },
    }


def sign(*, timestamp: str, token: str, key: str = SIGNING_KEY) -> str:
    return hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()


def make_brevo(name: str, metadata: dict[str, str], provider_id: str, at: datetime) -> Any:
    return {
        "event": name,
        "email": TO,
        "message-id": provider_id,
        "ts_epoch": int(at.timestamp() * 1000),
        "X-Mailin-custom": json.dumps(metadata),
    }


def make_amazon_ses(name: str, metadata: dict[str, str], provider_id: str, at: datetime) -> Any:
    mail = {
        "messageId": provider_id,
        "destination": [TO],
        "headers": [{"name": "X-Metadata", "value": json.dumps(metadata)}],
    }
    details = {
        "Delivery": {"recipients": [TO]},
        "Bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": TO}],
        },
        "Complaint": {"complainedRecipients": [{"emailAddress": TO}]},
    }
    told = {"eventType": name, "mail": mail, name.lower(): details.get(name, {})}
    return {
        "Type": "Notification",
        "MessageId": hashlib.md5(f"{name}{at}".encode()).hexdigest(),
        "Timestamp": at.isoformat(),
        "Message": json.dumps(told),
    }


def post(esp: str, body: Any, *, secret: str | None = SECRET, **headers: str) -> HttpResponse:
    """As the provider does, with the secret in the address that we gave it."""
    if secret:
        headers["HTTP_AUTHORIZATION"] = "Basic " + b64encode(secret.encode()).decode()
    if esp == "amazon_ses" and isinstance(body, dict):
        headers["HTTP_X_AMZ_SNS_MESSAGE_TYPE"] = body["Type"]
        headers["HTTP_X_AMZ_SNS_MESSAGE_ID"] = body["MessageId"]
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(raise_request_exception=False).post(
        f"/anymail/{esp}/tracking/", data, content_type="application/json", **headers
    )
