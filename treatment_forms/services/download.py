"""Give a file away: the one door that its bytes leave through, by whichever way they are asked.

Before the first time a file is scanned once more, if the scanner has learnt since. After that it
has been seen, and who saw it is in the history.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models.functions import Coalesce

from treatment_forms import vault
from treatment_forms.errors import FileClosed, ScannerTrouble, Stale, StorageDown
from treatment_forms.models import Attachment, SubmissionEvent
from treatment_forms.scanners.versions import has_learnt
from treatment_forms.services import rescan
from treatment_forms.services.transition import move_verdict
from treatment_forms.states import OPENABLE, Verdict

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def open_file(
    attachment_id: int,
    *,
    kind: SubmissionEvent.Kind,
    clock: Clock,
    actor_id: int | None = None,
    **detail: Any,
) -> File[bytes]:
    """An open stream of a file's bytes; the caller closes it.

    Args:
        kind: how it was asked for, for the history.
        detail: ids for the history.

    Raises:
        FileClosed: it may not be opened, or not now; `due_at` of its row says whether a worker
            is to look at it, which the caller may wake.
        StorageDown: the bytes could not be had.
    """
    file = Attachment.objects.filter(pk=attachment_id).first()
    if file is None or not file.is_openable:
        raise FileClosed
    if file.downloaded_at is None:
        try:
            _check_again(file, clock=clock)
        except Stale as stale:
            raise FileClosed from stale
    content = vault.fetch(file.stored_name)
    try:
        _write_down(file, kind=kind, at=clock(), actor_id=actor_id, detail=detail)
    except BaseException:
        content.close()
        raise
    return content


def _check_again(file: Attachment, *, clock: Clock) -> None:
    """Scan with what the scanner has learnt since, if anything.

    Raises:
        FileClosed: what the scanner says now, or does not say, does not let it be opened.
        Stale: another has found something out at this very moment.
        StorageDown: there are no bytes to scan.
    """
    try:
        finding = rescan.ask_scanner(file) if has_learnt(file.scanned_with) else None
    except ScannerTrouble as trouble:
        logger.warning("File %s could not be checked again: %s", file.pk, trouble)
        _doubt(file, at=clock())
    else:
        if finding:
            _heed(file, finding, at=clock())


def _heed(file: Attachment, finding: rescan.Finding, *, at: datetime) -> None:
    if finding.verdict == Verdict.INFECTED:
        _close(file, finding, at=at)
    elif file.verdict == Verdict.CLEAN and finding.verdict != Verdict.CLEAN:
        rescan.put_down(file, finding, at=at)
        raise FileClosed
    else:  # clean again, or released: staff answered for what no scan could tell
        Attachment.objects.filter(pk=file.pk).update(scanned_with=finding.scanned_with)


def _doubt(file: Attachment, *, at: datetime) -> None:
    """A clean file is checked again by a worker; a released one is open without a verdict."""
    if file.verdict == Verdict.CLEAN:
        move_verdict(file, target=Verdict.NOT_YET, at=at)
        raise FileClosed


def _close(file: Attachment, finding: rescan.Finding, *, at: datetime) -> None:
    rescan.put_down_malware(file, finding, at=at)
    try:
        rescan.finish(file, at=at)
    except StorageDown:
        logger.warning("File %s is malware; its bytes are due to be deleted", file.pk)
    raise FileClosed


@transaction.atomic
def _write_down(
    file: Attachment,
    *,
    kind: SubmissionEvent.Kind,
    at: datetime,
    actor_id: int | None,
    detail: dict[str, Any],
) -> None:
    """In the history first, and only of what is still open: a late verdict wins, and so does a
    withdrawal."""
    rows = Attachment.objects.filter(pk=file.pk, verdict__in=OPENABLE, stored_name=file.stored_name)
    rows = rows.filter(deleted_at=None)
    if rows.update(downloaded_at=Coalesce("downloaded_at", at)) == 0:
        raise FileClosed
    SubmissionEvent.objects.create(
        submission_id=file.submission_id,
        kind=kind,
        actor_id=actor_id,
        happened_at=at,
        detail={"attachment": file.pk, **detail},
    )
