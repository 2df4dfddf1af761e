"""Take a request: whole, once, or not at all."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from treatment_forms import conf
from treatment_forms.errors import Stale, StorageDown, TooMuch
from treatment_forms.files.faults import Fault, FileError
from treatment_forms.forms import TOKEN, TRAP, VisitorForm
from treatment_forms.models import Replay, StagedFile, Submission, TreatmentFormPage
from treatment_forms.prepared import Prepared
from treatment_forms.services import stage, turns
from treatment_forms.services.judge import Delayed, Refused, accept
from treatment_forms.services.read import Body
from treatment_forms.services.store import Receipt, store

REPLAY = Prepared(lambda key: Replay.objects.filter(key=key), stand_in="?")
NOT_PART_OF_THE_REQUEST = frozenset({"submission_id", "complete", "as", TOKEN, TRAP})


def receive(
    page: TreatmentFormPage, body: Body, *, sender: str, at: datetime, is_test: bool = False
) -> Receipt:
    """Judge what a visitor sent, and store it in one transaction.

    Raises:
        Refused: nothing was stored but staged files.
        StorageDown: nothing was stored.
    """
    key = make_key(page, body)
    if done := find_replay(key, at=at):
        return done
    keep = partial(keep_replay, key, has_id=bool(get_submission_id(body.fields)), at=at)
    try:
        return take(page, body, keep=keep, sender=sender, at=at, is_test=is_test)
    except Refused as refused:
        # It may have arrived twice at the same moment, and the other one was faster.
        if done := find_replay(key, at=at):
            stage.discard(refused.form.uploads)
            return done
        raise


def take(page: TreatmentFormPage, body: Body, *, at: datetime, **how: Any) -> Receipt:
    """As `receive`, for who has made sure that it is not the same request again.

    Args:
        how: what `store` wants to know.
    """
    if not body.has_storage:
        raise StorageDown
    form, files = accept(page, body, at=at)
    return store_or_refuse(page, form, files, at=at, **how)


def store_or_refuse(
    page: TreatmentFormPage, form: VisitorForm, files: list[StagedFile], *, at: datetime, **how: Any
) -> Receipt:
    """Store, or say why not with the files that are still there.

    Raises:
        Refused: it is there already, or one too many, or another request has one of its files.
    """
    form.uploads = files
    try:
        with turns.taken():
            return store(page, form, files, at=at, **how)
    except TooMuch as too_much:
        raise Delayed(form, too_much.retry_after) from too_much
    except Stale as stale:
        tokens = [file.token for file in files]
        form.uploads = stage.find(tokens, form_key=page.translation_key, at=at)
        form.file_errors = [FileError(Fault.GONE, str(Fault.GONE.label))]
        raise Refused(form) from stale


# --- Once ----------------------------------------------------------------------------


def make_key(page: TreatmentFormPage, body: Body) -> str:
    """What makes two requests the same one: form, answers, files, and the browser's id if any."""
    answers = [
        (name, values)
        for name, values in sorted(body.fields.lists())
        if name not in NOT_PART_OF_THE_REQUEST
    ]
    files = [(file.name, file.size, file.sha256) for file in body.files]
    parts = [str(page.translation_key), get_submission_id(body.fields), answers, files]
    text = json.dumps(parts, ensure_ascii=True)
    return salted_hmac("treatment_forms.replay", text, algorithm="sha256").hexdigest()


def get_submission_id(fields: QueryDict) -> str:
    """The id that the browser made; empty where it made none, or no UUID."""
    try:
        return str(UUID(fields.get("submission_id", "")))
    except ValueError:
        return ""


def find_replay(key: str, *, at: datetime) -> Receipt | None:
    replay = next(iter(REPLAY.find(Replay, key)), None)
    if replay and replay.expires_at <= at:  # not in `store`: there every statement is waited for
        Replay.objects.filter(pk=replay.pk, expires_at__lte=at).delete()
        return None
    if replay is None or replay.submission is None:
        return None
    return Receipt(replay.submission.pk, replay.submission.reference, is_new=False)


def find_done(page: TreatmentFormPage, body: Body, *, at: datetime) -> Receipt | None:
    """This very request, if it is stored, whatever has become of its form since."""
    return find_replay(make_key(page, body), at=at)


def keep_replay(
    key: str,
    submission: Submission,
    files: Sequence[StagedFile],
    *,
    has_id: bool,
    at: datetime,
) -> None:
    lasts: timedelta = conf.REPLAY_FOR if has_id else conf.REPLAY_FOR_WITHOUT_KEY
    try:
        Replay.objects.create(key=key, submission=submission, expires_at=at + lasts)
    except IntegrityError as error:
        raise Stale("this request is there already") from error
