"""One request, its files, and the little that can be done with them.

Whoever may not see a thing gets the same 404 as for a thing that is not there.
"""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from treatment_forms import languages, tasks
from treatment_forms.answers import get_topic_label, read_answers, show_name
from treatment_forms.desk import access
from treatment_forms.desk.grants import get_titles
from treatment_forms.desk.history import get_history
from treatment_forms.desk.mails import get_links
from treatment_forms.downloads import make_download
from treatment_forms.errors import FileClosed, Stale, StorageDown
from treatment_forms.models import Attachment, Submission, SubmissionEvent
from treatment_forms.models.labels import translate_snapshot
from treatment_forms.models.releases import get_releases
from treatment_forms.services.addition import get_unseen
from treatment_forms.services.aftermath import send_again
from treatment_forms.services.download import open_file
from treatment_forms.services.opening import open_once
from treatment_forms.services.release import is_releasable
from treatment_forms.services.suspicion import Sign
from treatment_forms.states import FAILED, NEXT_STATE, State, Verdict

logger = logging.getLogger(__name__)


class RequestDetail(WagtailAdminTemplateMixin, View):
    """Everything about one request. Reading it is a step in its life."""

    template_name = "treatment_forms/desk/request.html"
    header_icon = "mail"
    submission: Submission

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        self.submission = access.get_or_404(request.user, reference)
        if request.method != "HEAD":  # which shows nothing
            open_once(self.submission, at=timezone.now(), actor_id=request.user.pk)
        response: HttpResponseBase = self.render_to_response(self.get_context_data())
        return response

    def get_page_title(self) -> str:
        return self.submission.reference

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        requests = {"url": reverse("treatment_forms_desk:list"), "label": gettext_lazy("Requests")}
        return [*super().get_breadcrumbs_items(), requests, {"url": "", "label": self.submission}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.submission, self.request.user
        snapshot = translate_snapshot(one)
        return {
            **super().get_context_data(**kwargs),
            "submission": one,
            "form_label": get_titles().get(str(one.form_key), one.form_title),
            "language": languages.get_name(one.language_code),
            "topic": get_topic_label(snapshot, one.topic),
            "additions": list(one.additions.all()),
            "unseen": sorted(get_unseen(one)),
            "answers": list(read_answers(snapshot, one.answers)),
            "consents": one.consents.select_related("text"),
            "files": list(describe_files(one)),
            "may_download": access.may_download(user),
            "may_release": access.may_release(user),
            "signs": get_signs(one),
            "is_spam": one.status == State.SPAM,
            "may_be_spam": State.SPAM in NEXT_STATE[State(one.status)],
            "links": get_links(one, at=timezone.now()),
            "deliveries": list(one.deliveries.prefetch_related("attempts")),
            "failed": FAILED,
            "alarms": access.get_alarms(user).filter(submission=one),
            "history": list(get_history(one)),
        }


def describe_files(submission: Submission) -> Iterator[dict[str, Any]]:
    releases = get_releases(submission.pk)
    for file in submission.attachments.all():
        release = releases.get(file.pk) if file.verdict == Verdict.RELEASED else None
        yield {
            "file": file,
            "name": show_name(file.name),
            "state": release or file.get_verdict_display(),
            "is_openable": file.is_openable,
            "is_releasable": is_releasable(file),
        }


def get_signs(submission: Submission) -> list[str]:
    """Why it was taken for spam when it came, in words."""
    event = submission.events.filter(kind=SubmissionEvent.Kind.RECEIVED).first()
    signs = event.detail.get("signs", []) if event else []
    return [str(Sign(sign).label) for sign in signs if sign in Sign.values]


def download(request: HttpRequest, reference: str, position: int) -> HttpResponseBase:
    """One file, never shown in the browser: what a stranger sent must not run on our address."""
    submission = access.get_or_404(request.user, reference)
    file = submission.attachments.filter(position=position).first()
    if file is None or not file.is_openable or not access.may_download(request.user):
        logger.warning("File %s of %s refused to user %s", position, reference, request.user.pk)
        raise Http404
    kind = SubmissionEvent.Kind.DOWNLOADED
    try:
        content = open_file(file.pk, kind=kind, clock=timezone.now, actor_id=request.user.pk)
    except FileClosed:
        return explain_closed(request, file)
    except StorageDown:
        return HttpResponse(_("The file cannot be fetched just now."), status=503)
    return make_download(content, name=file.name)


def explain_closed(request: HttpRequest, file: Attachment) -> HttpResponse:
    """It was open until now: the check before the first download has found or lost something."""
    file.refresh_from_db(fields=["verdict"])
    if file.verdict == Verdict.NOT_YET:
        text = _("File %(number)s is being checked again. Please try again in a few minutes.")
    else:
        text = _("File %(number)s was checked again and is closed. Its new state is told below.")
    messages.warning(request, text % {"number": file.position})
    transaction.on_commit(partial(tasks.wake, file.submission_id))
    return redirect("treatment_forms_desk:request", file.submission.reference)


@require_POST
def resend(request: HttpRequest, reference: str, delivery_id: int) -> HttpResponse:
    submission = access.get_or_404(request.user, reference)
    if not submission.deliveries.filter(pk=delivery_id).exists():
        raise Http404
    try:
        send_again(delivery_id, at=timezone.now(), actor_id=request.user.pk)
    except Stale:
        messages.warning(request, _("This mail was sent again already."))
    else:
        transaction.on_commit(partial(tasks.wake, submission.pk))
        messages.success(request, _("The mail is on its way again."))
    return redirect("treatment_forms_desk:request", reference)


@require_POST
def clear_alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    alarm = access.get_alarms(request.user).filter(pk=alarm_id).first()
    if alarm is None:
        logger.warning("Alarm %s refused to user %s", alarm_id, request.user.pk)
        raise Http404
    alarm.cleared_at, alarm.cleared_by_id = timezone.now(), request.user.pk
    alarm.save(update_fields=["cleared_at", "cleared_by"])
    messages.success(request, _("The alarm is cleared."))
    return redirect("treatment_forms_desk:list")
