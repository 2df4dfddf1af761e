"""What holds whatever has happened: asked after every fault, of rows, bytes and mails together."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings

from treatment_forms import vault
from treatment_forms.models import (
    Alarm,
    Attachment,
    Delivery,
    StagedFile,
    Submission,
    SubmissionEvent,
    UploadPart,
)
from treatment_forms.states import CLAIMABLE, DeliveryState, State, Verdict

GONE_WRONG = frozenset({DeliveryState.DEAD, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})


def list_storage() -> list[str]:
    folder = Path(settings.STORAGES["attachments"]["OPTIONS"]["location"])
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def list_uploads() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def check_everything() -> None:
    """The invariants of the contract, section 6, for all that is in the tables now.

    May be asked at any moment, also when a process has just died: what a moment may leave behind
    for another to finish (a row without its bytes) is no breach; bytes without a row are.
    """
    check_bytes()
    for submission in Submission.objects.all():
        check_files(submission)
        check_mails(submission)


def check_bytes() -> None:
    """Every byte in the storage has a row, and nothing waits in the folder for uploads."""
    known = {
        *StagedFile.objects.values_list("stored_name", flat=True),
        *Attachment.objects.values_list("stored_name", flat=True),
        *UploadPart.objects.values_list("stored_name", flat=True),
    }
    assert set(list_storage()) <= known
    assert list_uploads() == []


def check_files(submission: Submission) -> None:
    rows = list(submission.attachments.all())
    received = submission.events.get(kind=SubmissionEvent.Kind.RECEIVED)
    added = submission.events.filter(kind=SubmissionEvent.Kind.FILES_ADDED)
    told = received.detail["files"] + sum(event.detail["files"] for event in added)
    assert len(rows) == told
    for row in rows:
        if row.stored_name and row.verdict != Verdict.INFECTED:
            content = read(row)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)
        elif not row.stored_name:
            is_withdrawn = submission.status == State.WITHDRAWN
            assert is_withdrawn or row.verdict == Verdict.INFECTED, "bytes gone for no reason"
        if row.verdict == Verdict.RELEASED:
            event = get_last_verdict(row)
            assert event.target == Verdict.RELEASED
            assert event.actor_id
            assert event.note.strip()
        assert not (row.is_openable and row.verdict not in {Verdict.CLEAN, Verdict.RELEASED})
        assert row.due_at or row.verdict != Verdict.NOT_YET, "nobody will ever scan it"


def check_mails(submission: Submission) -> None:
    """Each mail has left, is on its way, or has failed with an alarm."""
    mails = submission.deliveries.exclude(kind=Delivery.Kind.CONFIRMATION)
    if submission.status == State.SPAM:
        return
    assert mails.exists() or Alarm.objects.filter(submission=submission).exists()
    for mail in submission.deliveries.all():
        assert mail.due_at or mail.state not in CLAIMABLE, "nobody will ever send it"
        if mail.state in GONE_WRONG and mail.kind != Delivery.Kind.CONFIRMATION:
            assert mail.alarms.exists(), "failed, and nobody was told"
        assert mail.attempts.count() == mail.attempts_made


def check_copies(messages: list[Any], *, most: int) -> None:
    """How often each mail left, by its Message-ID; every one of them is one of ours."""
    copies = Counter(message["Message-ID"] for message in messages)
    known = set(Delivery.objects.values_list("message_id", flat=True))
    assert set(copies) <= known
    assert max(copies.values(), default=0) <= most


def get_last_verdict(row: Attachment) -> SubmissionEvent:
    events = row.submission.events.filter(kind=SubmissionEvent.Kind.VERDICT)
    return events.filter(detail__attachment=row.pk).latest("pk")


def read(attachment: Attachment) -> bytes:
    with vault.fetch(attachment.stored_name) as content:
        return content.read()
