"""What staff say about a request that looks like spam: none is thrown away unseen."""

from datetime import datetime

from django.db import transaction

from treatment_forms.models import Alarm, Submission, TreatmentFormPage
from treatment_forms.services import alarms
from treatment_forms.services.store import announce
from treatment_forms.services.transition import move_submission
from treatment_forms.states import State


def hold(submission: Submission, *, at: datetime, actor_id: int) -> None:
    """It is spam. Everything of it stays, but nobody is reminded of it any more.

    Raises: as `move_submission`.
    """
    move_submission(
        submission.pk,
        source=State(submission.status),
        target=State.SPAM,
        at=at,
        actor_id=actor_id,
    )


@transaction.atomic
def let_pass(submission: Submission, *, at: datetime, actor_id: int) -> None:
    """It is none. Whoever was to be told of it when it came is told now, unless they were.

    Raises: as `move_submission`.
    """
    move_submission(
        submission.pk, source=State.SPAM, target=State.RECEIVED, at=at, actor_id=actor_id
    )
    if submission.deliveries.exists():
        return
    page = _find_page(submission)
    if page:
        announce(page, submission, list(submission.attachments.all()), at=at)
    else:  # the form is gone, and its recipients with it
        kind = Alarm.Kind.SUBMISSION_FAILED
        alarms.raise_once(kind, submission_id=submission.pk, at=at)


def _find_page(submission: Submission) -> TreatmentFormPage | None:
    """The page that took it, or the same form in another language."""
    pages = TreatmentFormPage.objects.filter(translation_key=submission.form_key)
    own: TreatmentFormPage | None = pages.filter(pk=submission.form_page_id).first()
    return own or pages.first()
