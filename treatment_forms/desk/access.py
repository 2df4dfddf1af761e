"""Who may read which requests.

The permission says what kind of work somebody does; `FormAccess` says of which forms. Editing
the form's page gives neither.
"""

import logging
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from treatment_forms.models import Alarm, FormAccess, Submission
from treatment_forms.models.submissions import is_reference

logger = logging.getLogger(__name__)


def get_visible(user: Any) -> QuerySet[Submission]:
    """The requests that this member of staff may read."""
    if user.is_active and user.is_superuser:
        return Submission.objects.all()
    if not user.has_perm("treatment_forms.view_submission"):
        return Submission.objects.none()
    own = FormAccess.objects.for_user(user).values("form_key")
    return Submission.objects.filter(form_key__in=own)


def is_member(user: Any) -> bool:
    """Whether there is any form whose requests this member of staff may read."""
    if user.is_active and user.is_superuser:
        return True
    is_permitted: bool = user.has_perm("treatment_forms.view_submission")
    return is_permitted and FormAccess.objects.for_user(user).exists()


def may_download(user: Any) -> bool:
    permitted: bool = user.has_perm("treatment_forms.download_attachment")
    return permitted


def may_release(user: Any) -> bool:
    permitted: bool = user.has_perm("treatment_forms.release_attachment")
    return permitted


def may_export(user: Any) -> bool:
    permitted: bool = user.has_perm("treatment_forms.export_submission")
    return permitted


def require_member(user: Any) -> None:
    """Raises Http404 for everybody else: the desk is not there."""
    if not is_member(user):
        logger.warning("Desk refused to user %s", user.pk)
        raise Http404


def get_or_404(user: Any, reference: str) -> Submission:
    """The request, or the same 404 for what is not there and what is not this user's to see."""
    is_one = is_reference(reference)  # a NUL, for one, must not reach the database
    submission = get_visible(user).filter(reference=reference).first() if is_one else None
    if submission is None:
        logger.warning("Request %r refused to user %s", reference, user.pk)
        raise Http404
    return submission


def get_named_forms(submissions: QuerySet[Submission]) -> "QuerySet[Submission, tuple[Any, str]]":
    """Key and title of each form that these requests came through, however many they are."""
    rows = submissions.order_by("form_title", "form_key")
    return rows.values_list("form_key", "form_title").distinct()


def get_alarms(user: Any) -> QuerySet[Alarm]:
    """Open alarms about requests that this member of staff may read, and those about none."""
    if not is_member(user):
        return Alarm.objects.none()
    rows = Alarm.objects.filter(cleared_at=None).select_related("submission", "delivery")
    about_visible = rows.filter(submission__in=get_visible(user).values("pk"))
    return about_visible | rows.filter(submission=None)
