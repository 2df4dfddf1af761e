"""Judge what a visitor sent: the form with its faults, or its files in the private storage."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils import translation
from django.utils.formats import number_format
from wagtail.models import Page

from treatment_forms import conf
from treatment_forms.bidi import isolate
from treatment_forms.errors import StorageDown, TreatmentFormsError
from treatment_forms.files.faults import Fault, FileError
from treatment_forms.forms import VisitorForm
from treatment_forms.models import StagedFile, TreatmentFormPage
from treatment_forms.privacy import public
from treatment_forms.services import stage
from treatment_forms.services.read import Body, ReceivedFile

logger = logging.getLogger(__name__)


class Refused(TreatmentFormsError):
    """The visitor has something to mend. Files that passed are kept as the form's uploads.

    Args:
        form: bound, with its errors, its uploads and what is wrong with the files.
    """

    def __init__(self, form: VisitorForm) -> None:
        super().__init__("refused")
        self.form = form


class Delayed(Refused):
    """Nothing to mend, but too much from one address: the same again later will do."""

    def __init__(self, form: VisitorForm, retry_after: int) -> None:
        super().__init__(form)
        self.retry_after = retry_after


def accept(
    page: TreatmentFormPage, body: Body, *, at: datetime
) -> tuple[VisitorForm, list[StagedFile]]:
    """The form without a fault, and its files in the private storage.

    Raises:
        Refused: there is a fault.
        StorageDown: the files could not be kept.
    """
    removed = body.fields.getlist("remove")
    stage.discard(stage.find(removed, form_key=page.translation_key, at=at))
    uploads = find_uploads(page, body, at=at)
    form = judge(page, body, uploads, missing=list_missing(body, uploads))
    if body.too_much:
        form = keep_files(page, form, body, uploads, at=at)
        raise Delayed(form, body.too_much.retry_after)
    if not form.is_valid() or form.file_errors:
        raise Refused(keep_files(page, form, body, uploads, at=at))
    return form, [*uploads, *stage.stage(body.files, form_key=page.translation_key, at=at)]


def find_uploads(page: TreatmentFormPage, body: Body, *, at: datetime) -> list[StagedFile]:
    return stage.find(body.fields.getlist("uploads"), form_key=page.translation_key, at=at)


def list_missing(body: Body, uploads: Sequence[StagedFile]) -> list[str]:
    """Uploads that are not here any more, but for those that the visitor has removed."""
    known = {*body.fields.getlist("remove"), *(file.token for file in uploads)}
    asked = dict.fromkeys(body.fields.getlist("uploads"))
    return [token for token in asked if token not in known]


def judge(
    page: TreatmentFormPage, body: Body, uploads: Sequence[StagedFile], *, missing: Sequence[str]
) -> VisitorForm:
    form = page.form_class(data=body.fields)
    form.source = get_source(body.fields)
    form.file_errors = get_file_errors(page, form, body.files, uploads, missing=missing)
    log_malware(page, body.files)
    return form


def log_malware(page: TreatmentFormPage, files: Sequence[ReceivedFile]) -> None:
    for file in files:
        if file.fault == Fault.MALWARE:
            logger.warning("Malware refused: form %s, sha256 %s", page.pk, file.sha256)


def get_file_errors(
    page: TreatmentFormPage,
    form: VisitorForm,
    files: Sequence[ReceivedFile],
    uploads: Sequence[StagedFile],
    *,
    missing: Sequence[str],
) -> list[FileError]:
    row = form.spec.files_row
    good = [file for file in files if not file.fault]
    room = count_places(page, form) - len(uploads)
    for file in good[max(room, 0) :]:
        file.fault = Fault.TOO_MANY
    errors = [explain(Fault.TOO_MANY, file, page) for file in uploads[count_places(page, form) :]]
    errors += [explain(file.fault, file, page) for file in files if file.fault]
    errors += [FileError(Fault.GONE, str(Fault.GONE.label), token=token) for token in missing]
    if row and row.required and not (files or uploads or missing):
        text = translation.gettext("Please attach at least one file.")
        errors.append(FileError("required", text))
    return errors


def count_places(page: TreatmentFormPage, form: VisitorForm) -> int:
    """Less than what is staged when the editor has changed the form meanwhile."""
    return page.max_files if form.spec.files_row else 0


def explain(fault: Fault, file: ReceivedFile | StagedFile, page: TreatmentFormPage) -> FileError:
    facts = {
        "name": isolate(file.name),
        "size": show_size(file.size),
        "limit": show_size(page.max_file_bytes),
        "count": page.max_files,
    }
    return FileError(fault, str(fault.label) % facts, file)


def show_size(size: int) -> str:
    """In megabytes as the form's help counts them, rounded up so that 10 MB + 1 byte is more."""
    hundredths = -(-size * 100 // conf.MIB)
    whole, rest = divmod(hundredths, 100)
    number = number_format(hundredths / 100 if rest else whole, use_l10n=True)
    return translation.gettext("%(size)s MB") % {"size": number}


def keep_files(
    page: TreatmentFormPage,
    form: VisitorForm,
    body: Body,
    uploads: Sequence[StagedFile],
    *,
    at: datetime,
) -> VisitorForm:
    """Keep what passed while its sender mends the rest."""
    good = [file for file in body.files if not file.fault]
    try:
        fresh = stage.stage(good, form_key=page.translation_key, at=at)
    except StorageDown:
        fresh = []
        form.file_errors += [explain(Fault.NOT_KEPT, file, page) for file in good]
    form.uploads = [*uploads[: count_places(page, form)], *fresh]
    return form


def get_source(fields: QueryDict) -> Page | None:
    """The page that the visitor came from, if everybody may see it."""
    source = fields.get("source", "")
    if not (source.isascii() and source.isdigit() and len(source) < 10):
        return None
    pages = public(Page.objects.live()).filter(pk=int(source))
    return pages.only("translation_key").first()  # a page has many columns
