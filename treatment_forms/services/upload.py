"""Files that come piece by piece, before there is a request for them.

An upload is a row and its pieces (`append`). Whole and passed it is a `StagedFile` with the same
token (`finish`), which a request takes as it takes any other. Its token is a capability: whoever
has it may go on with the upload, look at it, end it and send it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from wagtail.query import PageQuerySet

from treatment_forms import conf, vault
from treatment_forms.errors import FormFull, StorageDown, TooMuch
from treatment_forms.files.names import tidy
from treatment_forms.models import StagedFile, TreatmentFormPage, Upload, UploadPart
from treatment_forms.models.standing import may_be_shown
from treatment_forms.privacy import public
from treatment_forms.services import limits, stage

logger = logging.getLogger(__name__)


def find_form(form_key: UUID) -> TreatmentFormPage | None:
    """A live page of this form that takes files; limits are the same in all its languages."""
    page: TreatmentFormPage | None = get_forms(form_key).first()
    return page


def find_open_form(form_key: UUID, *, only_public: bool = False) -> TreatmentFormPage | None:
    """As `find_form`, and somebody stands behind its consents: it may take papers now.

    A form is closed when this is so in none of its languages. Costs two queries.
    """
    pages = get_forms(form_key)
    pages = public(pages) if only_public else pages
    return next((page for page in pages if may_be_shown(page)), None)


def get_forms(form_key: UUID) -> PageQuerySet[TreatmentFormPage]:
    pages = TreatmentFormPage.objects.live().select_related("locale")
    forms: PageQuerySet[TreatmentFormPage] = pages.filter(
        translation_key=form_key, fields__field_type="files"
    )
    return forms


@transaction.atomic
def create(page: TreatmentFormPage, *, name: str, length: int, sender: str, at: datetime) -> Upload:
    """Begin an upload, before a byte of it is here.

    Args:
        length: checked by the caller against the form's limit.

    Raises:
        TooMuch: this address has sent or begun too much.
        FormFull: all visitors of this form together have.
    """
    megabytes = -(-length // conf.MIB)
    limits.spend(sender, "RATE_UPLOAD_MB", megabytes, at=at)
    try:
        limits.spend(str(page.translation_key), "RATE_FORM_UPLOAD_MB", megabytes, at=at)
    except TooMuch as too_much:
        raise FormFull(too_much.retry_after) from too_much
    open_ones = Upload.objects.filter(sender=sender, expires_at__gt=at)
    if open_ones.count() >= conf.MAX_OPEN_UPLOADS:
        raise TooMuch(int(conf.UPLOAD_ROOM_AFTER.total_seconds()))
    return Upload.objects.create(
        form_key=page.translation_key,
        sender=sender,
        name=tidy(name),
        length=length,
        created_at=at,
        expires_at=at + conf.STAGED_FOR,
    )


def find(token: str, *, at: datetime) -> Upload | StagedFile | None:
    """What the token stands for now; nothing once it has expired or a request has the file."""
    if not stage.TOKEN.fullmatch(token):
        return None
    mine = {"token": token, "expires_at__gt": at}
    return Upload.objects.filter(**mine).first() or StagedFile.objects.filter(**mine).first()


def terminate(file: Upload | StagedFile, *, at: datetime) -> None:
    """End it and delete its bytes, also when it became a staged file a moment ago."""
    if isinstance(file, Upload):
        if close(file, at=at):
            drop(file)
        staged = StagedFile.objects.filter(token=file.token)
    else:
        staged = StagedFile.objects.filter(pk=file.pk)
    stage.discard(staged)


def close(upload: Upload, *, at: datetime) -> bool:
    """From now on nobody adds to it; False when somebody else has closed it before."""
    rows = Upload.objects.filter(pk=upload.pk, expires_at__gt=at)
    return rows.update(expires_at=at) == 1


def drop(upload: Upload) -> bool:
    """Delete the bytes of a closed upload, then its rows; True when nothing is left.

    A piece that another process may be storing at this moment keeps its row, and with it the
    upload's, so that no bytes are ever unknown. Both go when the upload has long expired.
    """
    return drop_parts(upload.parts.filter(is_counted=True)) and forget(upload)


def drop_parts(parts: Iterable[UploadPart]) -> bool:
    """Bytes first, row next; False when the storage is down, and the rest stays."""
    for part in parts:
        try:
            vault.discard(part.stored_name)
        except StorageDown:
            logger.warning("Upload %s: piece %s is not deleted yet", part.upload_id, part.pk)
            return False
        part.delete()
    return True


@transaction.atomic
def forget(upload: Upload) -> bool:
    """Delete the row, unless a piece hangs on it. Holds off whoever would add one now."""
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None:
        return True
    if row.parts.exists():
        return False
    row.delete()
    return True
