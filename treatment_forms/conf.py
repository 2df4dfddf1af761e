"""The plugin's settings: `TREATMENT_FORMS` in the host's settings over these defaults."""

from datetime import timedelta
from typing import Any

from django.conf import settings

MIB = 1024 * 1024

DEFAULTS: dict[str, Any] = {
    # The host's own address for links in mail. The Host header is never used for one.
    "BASE_URL": "http://127.0.0.1:8000",
    # The dotted name of a function that takes a queryset of pages and leaves those that everybody
    # may see; empty is Wagtail's own `public()`, which knows no translations of private pages.
    "PUBLIC_PAGES": "",
    "MAX_FILE_BYTES": 10 * MIB,
    "CLAMD_URL": "",
    "STORAGE": "attachments",  # an alias in STORAGES
    "TRUSTED_PROXIES": 0,
    "RATE_SUBMISSIONS": "10/10m",
    "RATE_UPLOAD_MB": "500/1h",
    # All visitors of one form together: what a disk must hold until uploads expire.
    "RATE_FORM_UPLOAD_MB": "20000/1h",
    # Confirmations to one e-mail address: nobody is to be flooded by our form.
    "RATE_REPLIES": "3/1d",
    # Looking at and using links in mails: far above what a busy desk behind one address does.
    "RATE_LINKS": "300/10m",
    # A request that nobody has opened for so long goes to the form's fallback recipient.
    "ESCALATE_AFTER_HOURS": 24,
    "LINK_DAYS": 14,
    # How big a mail may be, encoded, by Anymail's name of its provider in small letters; what is
    # not listed has the limit of "smtp". A host that names some leaves the others as they are.
    "MAIL_LIMITS": {},
    "RETENTION_DAYS_FILES": 30,
    "RETENTION_DAYS_DATA": 180,
    "RETENTION_MAX_DAYS": 365,
    "CLOSED_COUNTRIES": [],
    # Whether a form may go live with consents that nobody but the demo content stands behind.
    "ACCEPT_DEMO_APPROVALS": False,
    # In which language staff's mails are written; empty: LANGUAGE_CODE.
    "STAFF_LANGUAGE": "",
    # How long a worker may hold a file or a mail before another takes over. One mail is given up
    # after three quarters of it, so that its holder is always the first to know.
    "LEASE_SECONDS": 120,
    # Whether the task queue is told of each request. In vain where the queue is itself a table that
    # somebody polls: `sweep --loop` polls our own rows as often.
    "WAKE_QUEUE": True,
    # The namespace of the API on which the host mounts our endpoints.
    "API_NAMESPACE": "api-v1",
}

MAIL_LIMITS: dict[str, int] = {
    # https://postmarkapp.com/support/article/1056: 10 MB after base64
    "postmark": 10_000_000,
    # https://docs.aws.amazon.com/ses/latest/dg/quotas.html: 40 MB after base64, API v2
    "amazon ses": 40_000_000,
    # https://documentation.mailgun.com: 25 MB with headers and attachments
    "mailgun": 25_000_000,
    # https://developers.brevo.com/reference/sendtransacemail: 20 MB
    "brevo": 20_000_000,
    # https://resend.com/docs/dashboard/emails/attachments: 40 MB after base64
    "resend": 40_000_000,
    # https://www.postfix.org/postconf.5.html#message_size_limit: its default, as of most servers
    "smtp": 10_240_000,
}

RATES = tuple(name for name in DEFAULTS if name.startswith("RATE_"))

# Promises to visitors, not settings.
SCAN_CONNECT_SECONDS = 2.0
SCAN_FILE_SECONDS = 30.0
SCAN_REQUEST_SECONDS = 12.0  # all files of one request together, as the next
INSPECT_REQUEST_SECONDS = 8.0
MAIL_GRACE = timedelta(minutes=4)
"""How long a coordinator's mail waits for verdicts; it leaves within five minutes anyway."""
MAIL_CONNECT_SECONDS = 5.0
MAIL_READ_SECONDS = 30.0
RETRY_MINUTES = (1, 5, 15, 60)  # and then hourly, for mails and for files
MAIL_ATTACHED_BYTES = 7_000_000
"""Of all files in one mail, before they are encoded: nearly every mailbox takes that."""
MAIL_FILES_SECONDS = 20.0
"""For fetching them. A mail does not wait for a slow storage: it goes with links."""
MAIL_TRIED_FOR = timedelta(hours=72)
MAIL_LATE_AFTER_FAILURES = 4
"""Failures after which staff are told that a mail is late: some twenty minutes."""
SCAN_OVERDUE_AFTER = timedelta(hours=2)
STAGED_FOR = timedelta(hours=24)
MAX_OPEN_UPLOADS = 200
"""Of one address, which may be a whole hospital's: twenty requests with all their files."""
UPLOAD_ROOM_AFTER = timedelta(hours=1)
CHECK_LEASE = timedelta(seconds=60)
"""Longer than it takes to join, inspect and scan one upload, so that nobody does it twice; and
as long as its sender waits when the process that did it was killed."""
REPLAY_FOR = timedelta(hours=24)
REPLAY_FOR_WITHOUT_KEY = timedelta(minutes=10)
THANKS_FOR = timedelta(days=7)
MAX_FILES_OF_REQUEST = 40
"""With all that its sender adds later."""
JOINED_WITHIN = timedelta(days=180)
"""An older request is hardly about the same case, and erased in most places."""
FORM_TOKEN_FOR = timedelta(days=7)
"""Longer than any cache keeps a page with a form, and than a phone keeps it open."""
WEBHOOK_FOR = timedelta(days=7)
"""An older event says nothing that anybody still waits for; providers repeat for three days."""


def get(name: str) -> Any:
    """One setting; an unknown name is a KeyError, so that a typing slip is loud."""
    return getattr(settings, "TREATMENT_FORMS", {}).get(name, DEFAULTS[name])
