"""Links in mails to staff that open the files of one request, for a time.

The address is a signature of a row: it stands in no table, and the row says how long it is good
for. Whoever has it needs no login, so it opens files and nothing else, and says each use.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from treatment_forms import conf, languages, tokens
from treatment_forms.errors import FileClosed, Stale
from treatment_forms.models import Attachment, Delivery, FileLink, SubmissionEvent
from treatment_forms.services.download import open_file
from treatment_forms.services.opening import open_once

logger = logging.getLogger(__name__)

NOBODYS = 0  # no row has this key
FOR_STAFF = frozenset({Delivery.Kind.COORDINATOR, Delivery.Kind.ADDITION, Delivery.Kind.ESCALATION})


def get_or_make(delivery: Delivery, at: datetime) -> str:
    """The absolute address for one mail: the same at every try to send it.

    Raises:
        ValueError: a mail that is not for staff; files never go to a mailbox that anybody typed.
    """
    if delivery.kind not in FOR_STAFF:
        raise ValueError(f"no link for a mail of the kind {delivery.kind}")
    expires_at = at + timedelta(days=conf.get("LINK_DAYS"))
    link, _is_new = FileLink.objects.get_or_create(
        delivery=delivery, defaults={"created_at": at, "expires_at": expires_at}
    )
    base: str = conf.get("BASE_URL")
    with translation.override(languages.get_staffs()):  # staff's, as their mails are
        path = reverse("treatment_forms:files", args=[tokens.make_link_token(link.pk)])
    return base.rstrip("/") + path


def find(token: str, *, at: datetime) -> FileLink | None:
    """The link that opens now; None for one that is forged, unknown, expired or revoked alike."""
    link_id = _read(token)
    link = (
        FileLink.objects.filter(pk=link_id, expires_at__gt=at, revoked_at=None)
        .select_related("delivery__submission")
        .first()
    )
    if link is None:
        logger.warning("Link %s opens nothing", link_id or "with a forged address")
    return link


def _read(token: str) -> int:
    try:
        return tokens.read_link_token(token)
    except tokens.BadSignature:
        return NOBODYS


def use(link: FileLink, file: Attachment, *, clock: Callable[[], datetime]) -> File[bytes]:
    """Give a file to whoever pressed the button on the link's page.

    That also counts as reading the request. What follows links by itself to look for malware
    follows them with GET, which changes nothing; that it sends no forms is what one-click
    unsubscription relies on, too (RFC 8058).

    Raises: as `open_file`.
    """
    submission = link.delivery.submission
    if file.submission_id != submission.pk:
        raise FileClosed
    kind = SubmissionEvent.Kind.LINK_USED
    content = open_file(file.pk, kind=kind, clock=clock, link=link.pk, delivery=link.delivery_id)
    open_once(submission, at=clock(), link=link.pk)
    return content


@transaction.atomic
def revoke(link_id: int, *, at: datetime, actor_id: int) -> None:
    """Close a link for good.

    Raises:
        Stale: it was revoked before, or is gone; nothing was written.
    """
    link = FileLink.objects.select_related("delivery").filter(pk=link_id, revoked_at=None)
    found = link.first()
    if found is None or link.update(revoked_at=at, revoked_by_id=actor_id) == 0:
        raise Stale(f"link {link_id} was revoked before")
    SubmissionEvent.objects.create(
        submission_id=found.delivery.submission_id,
        kind=SubmissionEvent.Kind.LINK_REVOKED,
        actor_id=actor_id,
        happened_at=at,
        detail={"link": link_id, "delivery": found.delivery_id},
    )
