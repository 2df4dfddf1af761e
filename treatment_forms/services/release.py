"""Open a file without a clean verdict: a person's word instead of the scanner's."""

from datetime import datetime

from django.db import transaction

from treatment_forms.errors import FileClosed, NoReason
from treatment_forms.models import Attachment
from treatment_forms.services.rescan import let_mails_go
from treatment_forms.services.transition import move_verdict
from treatment_forms.states import NEXT_VERDICT, Verdict

MIN_REASON_LENGTH = 10
MAX_REASON_LENGTH = 500
RELEASABLE = frozenset(
    verdict for verdict, follows in NEXT_VERDICT.items() if Verdict.RELEASED in follows
)


def is_releasable(file: Attachment) -> bool:
    return file.verdict in RELEASABLE and bool(file.stored_name) and file.deleted_at is None


@transaction.atomic
def release(file: Attachment, *, reason: str, actor_id: int, at: datetime) -> None:
    """Open a file that could not be checked, or has not been yet; who and why stays told.

    A release is a word about what no scan could tell. So it ends when a scan tells it after all:
    should one still find malware, the file is closed for good.

    Args:
        file: as its releaser last saw it; who may is the caller's to know.

    Raises:
        NoReason: the reason is too short to be one; nothing was written.
        FileClosed: malware, or deleted; nothing was written.
        Stale: it has another verdict by now; nothing was written.
    """
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise NoReason
    if not is_releasable(file):
        raise FileClosed
    move_verdict(file, target=Verdict.RELEASED, at=at, actor_id=actor_id, note=reason.strip())
    let_mails_go(file.submission_id, at=at)
