"""Throw away what has had its time: staged files, idempotency keys, tallies."""

import logging
from datetime import datetime, timedelta

from treatment_forms import conf, vault
from treatment_forms.errors import StorageDown
from treatment_forms.models import Replay, StagedFile, Tally
from treatment_forms.services.limits import parse_rate

logger = logging.getLogger(__name__)

MARGIN = timedelta(hours=1)
"""A file that expires while its request is being taken must not vanish under it."""


def expire(*, at: datetime, limit: int = 100) -> int:
    """Delete what has expired, `limit` staged files at most; how many rows went."""
    replays, _per_model = Replay.objects.filter(expires_at__lte=at).delete()
    longest = max(parse_rate(conf.get(name)).window for name in conf.RATES)
    tallies, _per_model = Tally.objects.filter(window_starts_at__lt=at - longest).delete()
    return replays + tallies + _expire_staged(at=at, limit=limit)


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
