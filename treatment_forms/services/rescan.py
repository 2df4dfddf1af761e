"""Ask the scanner again for files that were taken without a verdict.

Claimed as mails are (see `deliver`). A malicious file is due until its bytes are deleted, so the
order is: verdict first, bytes next, and a worker killed in between leaves the rest to another.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from treatment_forms import conf, vault
from treatment_forms.errors import DATABASE_TROUBLE, ScannerTrouble, Stale, StorageDown
from treatment_forms.files.inspect import inspect
from treatment_forms.models import Alarm, Attachment, Delivery
from treatment_forms.scanners import get_scanner
from treatment_forms.scanners.base import Allowance
from treatment_forms.scanners.versions import get_version
from treatment_forms.services import alarms
from treatment_forms.services.retry import get_lease, get_next_try
from treatment_forms.services.transition import move_verdict
from treatment_forms.states import OPENABLE, DeliveryState, Verdict

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
CHUNK_BYTES = 1024 * 1024


def get_due(at: datetime, *, submission_id: int | None = None, limit: int = 100) -> list[int]:
    """Ids of the files that are due, the longest waiting first. One query on a small index."""
    rows = Attachment.objects.filter(due_at__lte=at)
    if submission_id is not None:
        rows = rows.filter(submission_id=submission_id)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


def rescan(attachment_id: int, *, clock: Clock = timezone.now) -> bool:
    """Do for one file what is due; False when the scanner or the storage gave trouble.

    True says nothing about the verdict: also when it was not due, or another worker has it.
    """
    file = claim(attachment_id, at=clock())
    if file is None:
        return True
    try:
        if file.deleted_at:
            _discard_bytes(file)
        elif file.verdict == Verdict.NOT_YET:
            _judge(file, clock=clock)
        finish(file, at=clock())
    except Stale:
        logger.info("File %s: somebody else was faster", file.pk)
    except (ScannerTrouble, StorageDown) as trouble:
        _put_off(file, at=clock(), because=trouble)
        return False
    except DATABASE_TROUBLE:
        raise
    except Exception as error:  # noqa: BLE001  (whatever is wrong with one file, the next must go)
        _put_off(file, at=clock(), because=error)
    return True


def claim(attachment_id: int, *, at: datetime) -> Attachment | None:
    """Take a due file, if nobody else does: its lease begins now."""
    file = Attachment.objects.select_related("submission").filter(pk=attachment_id).first()
    if file is None:
        return None
    seen, mine = file.lease_token, uuid.uuid4()
    won = Attachment.objects.filter(pk=attachment_id, lease_token=seen, due_at__lte=at).update(
        lease_token=mine,
        due_at=at + get_lease(file.scan_attempts + 1),
        scan_attempts=F("scan_attempts") + 1,
    )
    file.lease_token = mine
    file.scan_attempts += 1
    return file if won else None


def _judge(file: Attachment, *, clock: Clock) -> None:
    finding = look_at(file)
    try:
        put_down(file, finding, at=clock(), lease_token=file.lease_token)
    except Stale:
        if finding.verdict != Verdict.INFECTED:
            raise
        # Whatever was put down meanwhile, somebody's release for one: malware has the last word.
        put_down_malware(file, finding, at=clock())
    # Asked after the verdict is committed, so that of two workers the later one sees both.
    let_mails_go(file.submission_id, at=clock())


def let_mails_go(submission_id: int, *, at: datetime) -> None:
    """Mails that wait for verdicts wait no longer when the last one is there."""
    unchecked = Attachment.objects.filter(submission_id=submission_id, verdict=Verdict.NOT_YET)
    if not unchecked.exists():
        release_mails(submission_id, at=at)


@dataclass(frozen=True)
class Finding:
    """What the scanner says, and what it called itself before it looked."""

    verdict: Verdict
    scanned_with: str


def look_at(file: Attachment) -> Finding:
    """Have the scanner and the parsers look at the stored bytes. Writes nothing.

    Raises: as `ask_scanner`, and
        InspectionTrouble: no parser could look into it.
    """
    with vault.fetch(file.stored_name) as content:
        finding = _scan(content)
        if finding.verdict == Verdict.CLEAN and inspect(content, media_type=file.media_type):
            return replace(finding, verdict=Verdict.UNSCANNABLE)  # taken while nobody could look
    return finding


def ask_scanner(file: Attachment) -> Finding:
    """Have the scanner look at stored bytes that were looked into before. Writes nothing.

    Raises:
        ScannerTrouble: there is no verdict.
        StorageDown: there are no bytes.
    """
    with vault.fetch(file.stored_name) as content:
        return _scan(content)


def _scan(content: File[bytes]) -> Finding:
    scanner = get_scanner()
    if scanner is None:
        raise ScannerTrouble("there is no scanner")
    version = get_version()
    scan = scanner.begin(Allowance(conf.SCAN_FILE_SECONDS))
    try:
        while chunk := _read(content):
            scan.feed(chunk)
        return Finding(scan.finish(), version)
    finally:
        scan.abandon()


def put_down(
    file: Attachment, finding: Finding, *, at: datetime, lease_token: uuid.UUID | None = None
) -> None:
    """Write a finding into the row and the history; `file.verdict` is what was last seen.

    Raises: as `move_verdict`.
    """
    move_verdict(
        file,
        target=finding.verdict,
        at=at,
        lease_token=lease_token,
        scanned_with=finding.scanned_with,
        sha256=file.sha256,
    )
    file.verdict = finding.verdict


@transaction.atomic
def put_down_malware(file: Attachment, finding: Finding, *, at: datetime) -> None:
    """Close a file whatever was thought of it, and tell staff if it could be opened until now.

    Raises:
        Stale: it was found out before, or is gone.
    """
    file.refresh_from_db(fields=["verdict"])
    was_open = file.verdict in OPENABLE
    if file.verdict == Verdict.INFECTED:
        raise Stale("found out before")
    put_down(file, finding, at=at)
    if was_open:
        alarms.raise_once(Alarm.Kind.MALWARE, submission_id=file.submission_id, at=at)


def _read(content: File[bytes]) -> bytes:
    try:
        chunk: bytes = content.read(CHUNK_BYTES)
    except vault.STORAGE_ERRORS as error:
        raise StorageDown from error
    return chunk


def release_mails(submission_id: int, *, at: datetime) -> None:
    """Let mails that wait for verdicts go now."""
    Delivery.objects.filter(submission_id=submission_id, state=DeliveryState.WAITING).update(
        state=DeliveryState.PENDING, state_changed_at=at, due_at=at
    )


def finish(file: Attachment, *, at: datetime) -> None:
    """Delete the bytes of a malicious file, and forget that anything was due."""
    rows = Attachment.objects.filter(pk=file.pk)
    if file.verdict == Verdict.INFECTED and file.stored_name:
        vault.discard(file.stored_name)
        rows.update(stored_name="", due_at=None, deleted_at=at)
    elif file.verdict != Verdict.NOT_YET:
        # Under our lease only: a request that was withdrawn meanwhile has its files due again.
        rows.filter(verdict=file.verdict, lease_token=file.lease_token).update(due_at=None)


def _discard_bytes(file: Attachment) -> None:
    """Of a file that is nobody's any more."""
    if file.stored_name:
        vault.discard(file.stored_name)
    Attachment.objects.filter(pk=file.pk).update(stored_name="", due_at=None)


@transaction.atomic
def _put_off(file: Attachment, *, at: datetime, because: Exception) -> None:
    logger.warning("File %s: %s", file.pk, type(because).__name__)
    Attachment.objects.filter(pk=file.pk, lease_token=file.lease_token).update(
        due_at=get_next_try(file.scan_attempts, at=at)
    )
    is_wanted = file.deleted_at is None
    if is_wanted and at - file.submission.received_at >= conf.SCAN_OVERDUE_AFTER:
        alarms.raise_once(Alarm.Kind.SCAN_OVERDUE, submission_id=file.submission_id, at=at)
