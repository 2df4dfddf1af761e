"""Take bytes of an upload as they come, so that whatever breaks costs a piece at most.

Each piece is an object of its own: a storage like S3 cannot append, and web processes share no
disk. Its row is written first, then its bytes, and then one UPDATE moves the upload's offset on,
if it still is where this piece begins. So of two that send the same bytes only one is counted,
and the offset never tells of bytes that are not stored.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.http import UnreadablePostError

from treatment_forms import conf, vault
from treatment_forms.errors import BodyBroken, BodyCut, Stale, StorageDown
from treatment_forms.models import Upload, UploadPart
from treatment_forms.services.read import Source
from treatment_forms.states import UploadState

logger = logging.getLogger(__name__)

PIECE_BYTES = 2 * conf.MIB  # in memory, and what a killed process costs
READ_BYTES = 64 * 1024  # what a broken connection costs
MAX_PARTS = 1000  # nobody turns ten megabytes into as many objects


def append(
    upload: Upload,
    source: Source,
    *,
    offset: int,
    length: int,
    clock: Callable[[], datetime],
) -> None:
    """Store `length` bytes that belong at `offset`; `upload.offset` tells how far it came.

    What arrived is kept whatever is raised.

    Args:
        length: at most what the upload lacks; the caller has checked it.

    Raises:
        Stale: the upload is not there, or somebody else moved it on.
        BodyCut: fewer bytes came.
        BodyBroken: it came in too many pieces.
        StorageDown: not all could be kept.
    """
    if offset != upload.offset:
        raise Stale("the upload is not there")
    end = offset + length
    while upload.offset < end:
        wanted = min(end - upload.offset, PIECE_BYTES)
        piece, size = read_piece(source, wanted)
        if size:
            keep(upload, piece, size, at=clock())
        if size < wanted:
            raise BodyCut("bytes are missing")


def read_piece(source: Source, size: int) -> tuple[File[bytes], int]:
    """As much as still comes, `size` bytes at most."""
    content = BytesIO()
    with suppress(UnreadablePostError):  # the connection broke; what came before is good
        while content.tell() < size:
            chunk = source.read(min(size - content.tell(), READ_BYTES))
            if not chunk:
                break
            content.write(chunk)
    return File(content), content.tell()


def keep(upload: Upload, piece: File[bytes], size: int, *, at: datetime) -> None:
    """Store one piece. When the database fails its bytes stay: perhaps they were counted."""
    part = announce(upload, size, at=at)
    try:
        piece.seek(0)
        vault.store(piece, name=part.stored_name)
        count(part, at=at)
    except (Stale, StorageDown):
        discard(part)
        raise
    upload.offset += size


def get_open(part: UploadPart, *, at: datetime) -> QuerySet[Upload]:
    """The upload, if it waits for just this piece. Whoever ends it changes when it expires."""
    rows = Upload.objects.filter(pk=part.upload_id, state=UploadState.RECEIVING)
    ends = part.upload.expires_at
    return rows.filter(offset=part.offset, expires_at=ends, expires_at__gt=at)


@transaction.atomic
def announce(upload: Upload, size: int, *, at: datetime) -> UploadPart:
    """The row for bytes to come. Locks the upload: nobody deletes it before the row is there."""
    part = UploadPart(upload=upload, offset=upload.offset, size=size, stored_name=vault.new_name())
    if not get_open(part, at=at).select_for_update().first():
        raise Stale("somebody else moved the upload on")
    if upload.parts.count() >= MAX_PARTS:
        raise BodyBroken("too many pieces")
    part.save()
    return part


@transaction.atomic
def count(part: UploadPart, *, at: datetime) -> None:
    if not get_open(part, at=at).update(offset=part.offset + part.size):
        raise Stale("somebody else moved the upload on")
    UploadPart.objects.filter(pk=part.pk).update(is_counted=True)


def discard(part: UploadPart) -> None:
    """Delete a piece that does not count; what cannot be deleted now goes with the upload."""
    try:
        vault.discard(part.stored_name)
    except StorageDown:
        logger.warning("Upload %s: piece %s is not deleted yet", part.upload_id, part.pk)
    else:
        part.delete()
