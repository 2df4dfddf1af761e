"""One request, its files, and the little that can be done with them.

Whoever may not see a thing gets the same 404 as for a thing that is not there.
"""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from treatment_forms import tasks, vault
from treatment_forms.answers import get_topic_label, read_answers, show_name
from treatment_forms.desk import access
from treatment_forms.desk.history import get_history
from treatment_forms.errors import Stale, StorageDown
from treatment_forms.models import Attachment, Submission, SubmissionEvent
from treatment_forms.services.addition import get_unseen
from treatment_forms.services.aftermath import send_again
from treatment_forms.services.transition import move_submission
from treatment_forms.states import FAILED, State

logger = logging.getLogger(__name__)


class RequestDetail(WagtailAdminTemplateMixin, View):
    """Everything about one request. Reading it is a step in its life."""

    template_name = "treatment_forms/desk/request.html"
    header_icon = "mail"
    submission: Submission

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        self.submission = access.get_or_404(request.user, reference)
        if request.method != "HEAD":  # which shows nothing
            open_once(self.submission, actor_id=request.user.pk)
        response: HttpResponseBase = self.render_to_response(self.get_context_data())
        return response

    def get_page_title(self) -> str:
        return self.submission.reference

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        requests = {"url": reverse("treatment_forms_desk:list"), "label": gettext_lazy("Requests")}
        return [*super().get_breadcrumbs_items(), requests, {"url": "", "label": self.submission}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.submission, self.request.user
        return {
            **super().get_context_data(**kwargs),
            "submission": one,
            "topic": get_topic_label(one.form_snapshot, one.topic),
            "additions": list(one.additions.all()),
            "unseen": sorted(get_unseen(one)),
            "answers": list(read_answers(one.form_snapshot, one.answers)),
            "consents": one.consents.select_related("text"),
            "files": [describe(file) for file in one.attachments.all()],
            "may_download": access.may_download(user),
            "deliveries": list(one.deliveries.prefetch_related("attempts")),
            "failed": FAILED,
            "alarms": access.get_alarms(user).filter(submission=one),
            "history": list(get_history(one)),
        }


def describe(file: Attachment) -> dict[str, Any]:
    return {"file": file, "name": show_name(file.name), "is_openable": file.is_openable}


def open_once(submission: Submission, *, actor_id: int | None) -> None:
    if submission.status != State.RECEIVED:
        return
    try:
        move_submission(
            submission.pk,
            source=State.RECEIVED,
            target=State.OPENED,
            at=timezone.now(),
            actor_id=actor_id,
        )
    except Stale:
        logger.info("Request %s: opened by two at once", submission.reference)
    submission.refresh_from_db(fields=["status", "status_changed_at"])


def download(request: HttpRequest, reference: str, position: int) -> HttpResponseBase:
    """One file, never shown in the browser: what a stranger sent must not run on our address."""
    submission = access.get_or_404(request.user, reference)
    file = submission.attachments.filter(position=position).first()
    if file is None or not file.is_openable or not access.may_download(request.user):
        logger.warning("File %s of %s refused to user %s", position, reference, request.user.pk)
        raise Http404
    try:
        content = vault.fetch(file.stored_name)
    except StorageDown:
        return HttpResponse(_("The file cannot be fetched just now."), status=503)
    SubmissionEvent.objects.create(
        submission=submission,
        kind=SubmissionEvent.Kind.DOWNLOADED,
        actor_id=request.user.pk,
        happened_at=timezone.now(),
        detail={"attachment": file.pk},
    )
    return make_download(content, name=file.name)


def make_download(content: Any, *, name: str) -> FileResponse:
    plain = show_name(name).replace("/", "_").replace("\\", "_")
    response = FileResponse(
        content, as_attachment=True, filename=plain, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


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
