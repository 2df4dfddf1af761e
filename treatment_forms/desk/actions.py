"""What staff decide about a request: a file's release, spam or none, a link's end.

Each is a POST of somebody who may read the request; a release needs a permission of its own.
"""

import logging
from functools import partial
from typing import cast

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from treatment_forms import tasks
from treatment_forms.desk import access
from treatment_forms.errors import FileClosed, Stale, TransitionNotAllowed
from treatment_forms.models import FileLink, Submission
from treatment_forms.services import links, spam
from treatment_forms.services.release import (
    MAX_REASON_LENGTH,
    MIN_REASON_LENGTH,
    release,
)

logger = logging.getLogger(__name__)

MOVED_ON = (Stale, TransitionNotAllowed)


class ReleaseForm(forms.Form):
    reason = forms.CharField(min_length=MIN_REASON_LENGTH, max_length=MAX_REASON_LENGTH)


@require_POST
def release_file(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    submission = access.get_or_404(request.user, reference)
    file = submission.attachments.filter(position=position).first()
    if file is None or not access.may_release(request.user):
        logger.warning("Release of %s of %s refused to %s", position, reference, request.user.pk)
        raise Http404
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        text = _("Please write why this file may be opened, in %(count)s letters or more.")
        messages.error(request, text % {"count": MIN_REASON_LENGTH})
        return back_to(submission)
    reason = form.cleaned_data["reason"]
    try:
        release(file, reason=reason, actor_id=get_actor_id(request), at=timezone.now())
    except (Stale, FileClosed):
        messages.warning(request, _("Nothing was released: the file is in another state by now."))
    else:
        wake_later(submission)  # mails may have waited for this file
        messages.success(request, _("The file is released. Your reason is in the history."))
    return back_to(submission)


@require_POST
def hold_as_spam(request: HttpRequest, reference: str) -> HttpResponse:
    submission = access.get_or_404(request.user, reference)
    try:
        spam.hold(submission, at=timezone.now(), actor_id=get_actor_id(request))
    except MOVED_ON:
        messages.warning(request, _("Nothing changed: the request is in another state by now."))
        return back_to(submission)
    messages.success(request, _("The request is kept as suspected spam."))
    return redirect("treatment_forms_desk:list")


@require_POST
def let_pass(request: HttpRequest, reference: str) -> HttpResponse:
    """Leads to the list: opening the request again would count as reading it."""
    submission = access.get_or_404(request.user, reference)
    try:
        spam.let_pass(submission, at=timezone.now(), actor_id=get_actor_id(request))
    except MOVED_ON:
        messages.warning(request, _("Nothing changed: the request is in another state by now."))
        return back_to(submission)
    wake_later(submission)
    messages.success(request, _("The request is no spam. Its mails are on their way."))
    return redirect("treatment_forms_desk:list")


@require_POST
def revoke_link(request: HttpRequest, reference: str, link_id: int) -> HttpResponse:
    submission = access.get_or_404(request.user, reference)
    if not FileLink.objects.filter(pk=link_id, delivery__submission=submission).exists():
        logger.warning("Link %s of %s refused to user %s", link_id, reference, request.user.pk)
        raise Http404
    try:
        links.revoke(link_id, at=timezone.now(), actor_id=get_actor_id(request))
    except Stale:
        messages.warning(request, _("This link was switched off already."))
    else:
        messages.success(request, _("The link is switched off. It opens nothing any more."))
    return back_to(submission)


def wake_later(submission: Submission) -> None:
    transaction.on_commit(partial(tasks.wake, submission.pk))


def get_actor_id(request: HttpRequest) -> int:
    """Nobody else comes as far as here: the admin's addresses ask for a login."""
    return cast(int, request.user.pk)


def back_to(submission: Submission) -> HttpResponse:
    return redirect("treatment_forms_desk:request", submission.reference)
