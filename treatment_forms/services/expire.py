"""Throw away what has had its time: uploads, staged files, idempotency keys, tallies."""

import logging
from datetime import datetime, timedelta

from treatment_forms import conf, vault
from treatment_forms.errors import StorageDown
from treatment_forms.models import Replay, StagedFile, Tally, Upload, UploadPart
from treatment_forms.services import upload
from treatment_forms.services.limits import parse_rate
from treatment_forms.states import UploadState

logger = logging.getLogger(__name__)

MARGIN = timedelta(hours=1)
"""A file that expires while its request is being taken must not vanish under it."""


def expire(*, at: datetime, limit: int = 100) -> int:
    """Delete what has expired, `limit` files of each kind at most; how many rows went."""
    replays, _per_model = Replay.objects.filter(expires_at__lte=at).delete()
    longest = max(parse_rate(conf.get(name)).window for name in conf.RATES)
    tallies, _per_model = Tally.objects.filter(window_starts_at__lt=at - longest).delete()
    files = _expire_staged(at=at, limit=limit) + _expire_uploads(at=at, limit=limit)
    return replays + tallies + files


def _expire_staged(*, at: datetime, limit: int) -> int:
    """Bytes first, row next: a row without bytes is tried again, bytes without a row never."""
    gone = 0
    rows = StagedFile.objects.filter(expires_at__lte=at - MARGIN)
    for file in rows.order_by("expires_at")[:limit]:
        try:
            if file.stored_name:
                vault.discard(file.stored_name)
        except StorageDown:
            logger.warning("Staged file %s: the storage is down", file.pk)
            return gone
        file.delete()
        gone += 1
    return gone


def _expire_uploads(*, at: datetime, limit: int) -> int:
    """With all their pieces. Of refused ones the bytes do not wait until their rows expire."""
    refused = UploadPart.objects.filter(upload__state=UploadState.REFUSED)
    upload.drop_parts(refused.order_by("pk")[:limit])
    gone = 0
    rows = Upload.objects.filter(expires_at__lte=at - MARGIN)
    for row in rows.order_by("expires_at")[:limit]:
        if not (upload.drop_parts(row.parts.all()) and upload.forget(row)):
            return gone
        gone += 1
    return gone
