"""Decide which files of a request travel in a mail, and fetch them.

Links are the rule. Files travel only where the form says so, only those that anybody may open by
what the scanner knows now, and only as many as fit; whatever comes between, they stay linked.
"""

import hashlib
import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from email.mime.base import MIMEBase

from treatment_forms import conf, vault
from treatment_forms.errors import ScannerTrouble, StorageDown
from treatment_forms.mail import packing, parts
from treatment_forms.mail.message import build
from treatment_forms.mail.packing import Piece
from treatment_forms.mail.parcel import EMPTY, Parcel
from treatment_forms.mail.transport import get_provider
from treatment_forms.models import Attachment, Delivery, DeliveryAttempt, TreatmentFormPage
from treatment_forms.scanners.versions import has_learnt
from treatment_forms.services.links import FOR_STAFF, get_or_make
from treatment_forms.states import OPENABLE, DeliveryState

logger = logging.getLogger(__name__)

Outcome = DeliveryAttempt.Outcome
CHUNK_BYTES = 1024 * 1024
TRIES_WITH_FILES = 2
ARRIVED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


def pack(delivery: Delivery, *, at: datetime) -> Parcel:
    """What this mail brings along, noted in its row."""
    if delivery.kind not in FOR_STAFF:
        return EMPTY
    files = list(delivery.submission.attachments.all())
    if not files:
        return EMPTY
    link = get_or_make(delivery, at) if any(map(_is_there, files)) else ""
    attached = _attach(delivery, files, link=link) if _may_carry(delivery) else {}
    parcel = Parcel(attached, link)
    _note(delivery, files, parcel)
    return parcel


def _is_there(file: Attachment) -> bool:
    return bool(file.stored_name) and file.deleted_at is None


def _may_carry(delivery: Delivery) -> bool:
    """Where the form says so, and twice at most: whatever goes wrong then may be the files' weight
    or kind, and the words must arrive."""
    attach = TreatmentFormPage.FilesInMail.ATTACH
    pages = TreatmentFormPage.objects.filter(pk=delivery.submission.form_page_id)
    if not pages.filter(files_in_mail=attach).exists():
        return False
    outcomes = list(delivery.attempts.values_list("outcome", flat=True))  # this try is the last
    return len(outcomes) <= TRIES_WITH_FILES and Outcome.PERMANENT not in outcomes


def _attach(delivery: Delivery, files: Sequence[Attachment], *, link: str) -> dict[int, MIMEBase]:
    provider, known = get_provider(), _get_known(delivery)
    by_position = {
        file.position: file
        for file in files
        if file.is_openable and file.position not in known and _is_up_to_date(file)
    }
    pieces = [
        Piece(file.position, file.size, _get_name(file, provider)) for file in by_position.values()
    ]
    room = packing.get_limit(provider) - packing.get_words_bytes(build(delivery, Parcel({}, link)))
    chosen = packing.choose(pieces, room=room)
    contents = fetch([by_position[piece.position] for piece in chosen])
    # Again: fetching takes its time, and a verdict may have come, or the sender's change of mind.
    opened = _get_openable(delivery)
    delivery.submission.refresh_from_db()
    return {
        piece.position: parts.make_part(
            piece.name, by_position[piece.position].media_type, contents[piece.position]
        )
        for piece in chosen
        if piece.position in contents and piece.position in opened
    }


def _is_up_to_date(file: Attachment) -> bool:
    """Whether its verdict is what the scanner would say now. Otherwise it is asked again by the
    door behind the link; a mail does not wait for that."""
    try:
        return not has_learnt(file.scanned_with)
    except ScannerTrouble:
        return False


def _get_name(file: Attachment, provider: str) -> str:
    return parts.get_name(file.name, file.media_type, position=file.position, provider=provider)


def _get_known(delivery: Delivery) -> set[int]:
    """Files that this recipient has from an earlier mail: what was added later comes alone."""
    others = Delivery.objects.filter(
        submission_id=delivery.submission_id, recipient=delivery.recipient, state__in=ARRIVED
    )
    packings = others.exclude(pk=delivery.pk).values_list("packing", flat=True)
    return {position for one in packings for position in one.get("attached", [])}


def _get_openable(delivery: Delivery) -> set[int]:
    rows = Attachment.objects.filter(
        submission_id=delivery.submission_id, verdict__in=OPENABLE, deleted_at=None
    ).exclude(stored_name="")
    return set(rows.values_list("position", flat=True))


def _note(delivery: Delivery, files: Sequence[Attachment], parcel: Parcel) -> None:
    """Written before the mail leaves, by whoever holds it: it may be the last that is known."""
    linked = [one.position for one in files if _is_there(one)]
    delivery.packing = {
        "attached": sorted(parcel.attached),
        "linked": [position for position in linked if position not in parcel.attached],
    }
    Delivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token).update(
        packing=delivery.packing
    )


def fetch(files: Sequence[Attachment]) -> dict[int, bytes]:
    """The bytes by position of those files that came in time and are what was received."""
    fetching = _Fetching(files)
    fetching.start()
    fetching.join(conf.MAIL_FILES_SECONDS)
    fetching.is_over = True
    return dict(fetching.contents)


class _Fetching(threading.Thread):
    """In a thread of its own, because nothing bounds what a storage takes to answer."""

    def __init__(self, files: Sequence[Attachment]) -> None:
        super().__init__(daemon=True, name="treatment_forms.files")
        self.files = files
        self.contents: dict[int, bytes] = {}
        self.is_over = False

    def run(self) -> None:
        for file in self.files:
            if self.is_over:
                return
            try:
                content = read(file)
            except Exception as error:  # noqa: BLE001  (any storage, any error: it stays linked)
                logger.warning("File %s stays out of a mail: %s", file.pk, type(error).__name__)
            else:
                self.contents[file.position] = content


def read(file: Attachment) -> bytes:
    """All bytes of one file, in pieces, and never more than it had.

    Raises:
        StorageDown: they could not be had, or are not those that were received.
        ValueError: they cannot travel as they are.
    """
    content, digest = bytearray(), hashlib.sha256()
    with vault.fetch(file.stored_name) as stream:
        while len(content) <= file.size and (chunk := stream.read(CHUNK_BYTES)):
            content += chunk
            digest.update(chunk)
    if digest.hexdigest() != file.sha256:
        logger.error("File %s is not what was received", file.pk)
        raise StorageDown
    whole = bytes(content)
    if not parts.is_sendable(file.media_type, whole):
        raise ValueError("not UTF-8")
    return whole
