"""Keep files while there is no request for them yet.

Every file goes through here: a row first, then the bytes, and the request takes over the row
when it is stored. So nothing lies in the storage that no row knows of, whatever fails.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from treatment_forms import conf, vault
from treatment_forms.errors import StorageDown
from treatment_forms.models import StagedFile
from treatment_forms.services.read import ReceivedFile

logger = logging.getLogger(__name__)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")  # PostgreSQL does not even compare a NUL


def stage(files: Sequence[ReceivedFile], *, form_key: UUID, at: datetime) -> list[StagedFile]:
    """Put received files without a fault into the private storage.

    Raises:
        StorageDown: none of them is kept.
    """
    if not files:  # an empty `bulk_create` would wait for its turn to write all the same
        return []
    rows = StagedFile.objects.bulk_create(_make_row(file, form_key, at) for file in files)
    try:
        for row, file in zip(rows, files, strict=True):
            if file.content is None:
                raise StorageDown
            vault.store(file.content, name=row.stored_name)
            file.drop()
    except StorageDown:
        discard(rows)
        raise
    return rows


def _make_row(file: ReceivedFile, form_key: UUID, at: datetime) -> StagedFile:
    return StagedFile(
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        verdict=file.verdict,
        scanned_with=file.scanned_with,
        verdict_at=None if file.verdict == file.verdict.NOT_YET else at,
        stored_name=vault.new_name(),
        form_key=form_key,
        staged_at=at,
        expires_at=at + conf.STAGED_FOR,
    )


def find(tokens: Iterable[str], *, form_key: UUID, at: datetime) -> list[StagedFile]:
    """Files that were staged for this form and have not expired, in the order of their tokens."""
    asked = [token for token in dict.fromkeys(tokens) if TOKEN.fullmatch(token)]
    if not asked:
        return []
    rows = StagedFile.objects.filter(token__in=asked, form_key=form_key, expires_at__gt=at)
    found = {row.token: row for row in rows}
    return [found[token] for token in asked if token in found]


def claim(rows: Iterable[StagedFile], *, at: datetime) -> int:
    """Take rows from everybody else who may want them now; how many of them were to be had."""
    staged = StagedFile.objects.filter(pk__in=[row.pk for row in rows], expires_at__gt=at)
    return staged.update(expires_at=LONG_AGO)


def discard(rows: Iterable[StagedFile]) -> None:
    """Delete bytes and rows, unless a request has them by now.

    What cannot be deleted now has expired, and is deleted later.
    """
    for row in rows:
        if not claim([row], at=LONG_AGO):
            continue
        try:
            vault.discard(row.stored_name)
        except StorageDown:
            logger.warning("Staged file %s could not be discarded yet", row.pk)
        else:
            row.delete()
