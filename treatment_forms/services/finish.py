"""Join the pieces of an upload that is whole, judge the file, and stage or refuse it.

One process does it at a time, under a lease; when it is killed, the next one that is asked after
the file does it anew. Whoever lost its lease changes nothing.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from treatment_forms import conf, vault
from treatment_forms.errors import Stale, StorageDown
from treatment_forms.files.faults import Fault
from treatment_forms.models import StagedFile, Upload
from treatment_forms.services import stage
from treatment_forms.services.read import ReceivedFile, read_file
from treatment_forms.services.transition import move_upload
from treatment_forms.services.upload import drop, drop_parts
from treatment_forms.states import UploadState

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def get_left_behind(at: datetime, *, limit: int = 100) -> list[int]:
    """Ids of uploads whose checker died, the longest waiting first."""
    rows = Upload.objects.filter(state=UploadState.CHECKING, lease_ends_at__lte=at)
    rows = rows.filter(expires_at__gt=at).order_by("lease_ends_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def finish(upload: Upload, *, clock: Clock) -> Upload | StagedFile:
    """Judge an upload whose last byte is here: staged, or refused with its `fault`.

    Raises:
        Stale: another process is at it, or has ended it.
        StorageDown: its bytes could not be had, or not be kept; ask again.
    """
    claim(upload, at=clock())
    try:
        file = join(upload)
        try:
            return refuse(upload, file) if file.fault else pass_on(upload, file, clock)
        finally:
            file.drop()
    except StorageDown:
        release(upload, at=clock())
        raise


def take_over(upload_id: int, *, clock: Clock = timezone.now) -> bool:
    """What a dead process left, done for a sender who may not ask again soon; False when the
    storage is down and the others need not be tried."""
    upload = Upload.objects.filter(pk=upload_id).first()
    try:
        if upload:
            finish(upload, clock=clock)
    except Stale:
        logger.info("Upload %s: somebody else was faster", upload_id)
    except StorageDown:
        return False
    return True


def claim(upload: Upload, *, at: datetime) -> None:
    """Take the lease, if nobody has it."""
    if upload.lease_ends_at and upload.lease_ends_at > at:
        raise Stale("another process is checking it")
    seen, upload.lease_token = upload.lease_token, uuid.uuid4()
    move_upload(
        upload,
        target=UploadState.CHECKING,
        held_by=seen,
        lease_token=upload.lease_token,
        lease_ends_at=at + conf.CHECK_LEASE,
    )


def release(upload: Upload, *, at: datetime) -> None:
    """Let the next one try at once."""
    mine = Upload.objects.filter(pk=upload.pk, lease_token=upload.lease_token)
    mine.update(lease_ends_at=at)


def join(upload: Upload) -> ReceivedFile:
    return read_file(read_pieces(upload), name=upload.name, max_bytes=upload.length)


def read_pieces(upload: Upload) -> Iterator[bytes]:
    """The bytes in their order; the pieces that count leave no gap."""
    for part in upload.parts.filter(is_counted=True):
        with vault.fetch(part.stored_name) as content:
            yield from vault.read_chunks(content)


def pass_on(upload: Upload, file: ReceivedFile, clock: Clock) -> StagedFile:
    """Stage it under a token that nobody knows, then give it the upload's: not a moment before
    its bytes are there."""
    staged = stage.stage([file], form_key=upload.form_key, at=clock())[0]
    try:
        hand_over(upload, staged, at=clock())
    except Stale:
        stage.discard([staged])
        raise
    drop(upload)
    return staged


@transaction.atomic
def hand_over(upload: Upload, staged: StagedFile, *, at: datetime) -> None:
    mine = Upload.objects.filter(pk=upload.pk, lease_token=upload.lease_token)
    if not mine.filter(expires_at=upload.expires_at).update(expires_at=at):
        raise Stale("the upload was ended, or another process took over")
    staged.token = upload.token
    staged.save(update_fields=["token"])


def refuse(upload: Upload, file: ReceivedFile) -> Upload:
    """The fault first, so that it is told whatever happens to the bytes."""
    upload.fault = str(file.fault)
    move_upload(
        upload,
        target=UploadState.REFUSED,
        held_by=upload.lease_token,
        fault=upload.fault,
    )
    if file.fault == Fault.MALWARE:
        logger.warning("Malware refused: upload %s, sha256 %s", upload.pk, file.sha256)
    drop_parts(upload.parts.filter(is_counted=True))
    return upload
