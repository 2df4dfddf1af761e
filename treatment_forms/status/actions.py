"""What the sender of a request can do to it. Each ends on the request's page again."""

import logging
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatment_forms import again, views
from treatment_forms.errors import BodyBroken, BodyCut, Stale
from treatment_forms.http import when_sent
from treatment_forms.models import TreatmentFormPage
from treatment_forms.models.earlier import get_earlier
from treatment_forms.services import join as joining
from treatment_forms.services import withdraw as withdrawing
from treatment_forms.services.judge import Delayed, Refused
from treatment_forms.services.receive_more import find_page, is_done, receive_more
from treatment_forms.status.access import Case, own_page, refuse
from treatment_forms.status.pages import render
from treatment_forms.tasks import wake

logger = logging.getLogger(__name__)


def see_other(case: Case, query: str = "") -> HttpResponse:
    """The browser follows with GET: refresh and Back do nothing twice."""
    return HttpResponse(status=303, headers={"Location": case.get_url() + query})


def and_wake(response: HttpResponse, case: Case) -> HttpResponse:
    when_sent(response, partial(wake, case.submission.pk))
    return response


@own_page("POST")
def add_files(request: HttpRequest, case: Case) -> HttpResponse:
    page = None if case.is_withdrawn else find_page(case.submission)
    if page is None:  # the page tells why
        return see_other(case, "?sent=1" if _is_again(request, case) else "")
    if flaw := views.find_flaw(request, page):
        return refuse(request, flaw.status, flaw.text, back=case.get_url())
    try:
        return _take_files(request, case, page)
    except BodyCut:
        text = _("Your files did not arrive whole. Please go back and send them again.")
    except BodyBroken:
        text = _("Your browser sent something that is not a form.")
    return refuse(request, 400, text, back=case.get_url())


def _is_again(request: HttpRequest, case: Case) -> bool:
    """Their first press may be what filled the request, or its form takes no files any more."""
    body = None if case.is_withdrawn else again.read(request)
    return body is not None and is_done(case.submission, body, at=timezone.now())


def _take_files(request: HttpRequest, case: Case, page: TreatmentFormPage) -> HttpResponse:
    body = views.read(request, page)
    try:
        views.admit_files(request, body)  # what was consented to stands: no form is filled in
        receive_more(page, case.submission, body, at=timezone.now())
    except Delayed as delayed:
        return _ask_for_patience(request, case, delayed)
    except Refused as refused:
        return render(request, case, form=refused.form, code=422)
    finally:
        body.drop()
    return and_wake(see_other(case, "?sent=1"), case)


def _ask_for_patience(request: HttpRequest, case: Case, delayed: Delayed) -> HttpResponse:
    minutes = -(-delayed.retry_after // 60)
    text = ngettext(
        "Too much came from your connection. Please send these files in %(minutes)s minute.",
        "Too much came from your connection. Please send these files in %(minutes)s minutes.",
        minutes,
    )
    notice = text % {"minutes": minutes}
    response = render(request, case, form=delayed.form, notice=notice, code=429)
    response.headers["Retry-After"] = str(delayed.retry_after)
    return response


@own_page("GET", "HEAD", "POST")
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """GET asks, POST does it."""
    if case.is_withdrawn:
        return see_other(case)
    if request.method != "POST":
        context = {"reference": case.submission.reference, "back": case.get_url()}
        return TemplateResponse(request, "treatment_forms/status_withdraw.html", context)
    withdrawing.withdraw(case.submission.pk, at=timezone.now())
    return and_wake(see_other(case), case)


@own_page("POST")
def join(request: HttpRequest, case: Case, reference: str) -> HttpResponse:
    """Only what is on offer can be joined, and only who reads the mailbox gets offers."""
    now = timezone.now()
    offers = get_earlier(case.submission, at=now) if case.is_mailed else []
    earlier = next((one for one in offers if one.reference == reference), None)
    if earlier:
        try:
            joining.join(case.submission.pk, earlier.pk, at=now)
        except Stale:
            logger.info("Request %s: an offer to join is gone", case.submission.reference)
    return see_other(case)
