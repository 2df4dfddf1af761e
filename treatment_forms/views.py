"""The visitor's side: show the form, take a request, say thanks. Sets no cookie, ever."""

import logging
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

from django.core import signing
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatment_forms import conf
from treatment_forms.errors import BodyBroken, BodyCut, FormClosed, StorageDown
from treatment_forms.files.faults import Fault
from treatment_forms.forms import RESERVED, VisitorForm
from treatment_forms.http import is_foreign, keep_private, when_sent
from treatment_forms.lines import list_lines
from treatment_forms.models import Submission, TreatmentFormPage
from treatment_forms.models.standing import may_be_shown
from treatment_forms.services import limits, turns
from treatment_forms.services.judge import Delayed, Refused, get_source
from treatment_forms.services.read import Body, Limits, read_body
from treatment_forms.services.receive import find_done, receive
from treatment_forms.services.report import report
from treatment_forms.states import State, Verdict
from treatment_forms.tasks import wake
from treatment_forms.tokens import make_status_token

logger = logging.getLogger(__name__)

SALT = "treatment_forms.thanks"
RETRY_AFTER_SECONDS = 120
SLACK_BYTES = 16 * conf.MIB  # so that one file too many or too big is still named
LIGHT_BYTES = 64 * 1024  # what a form without files may weigh
MAX_LENGTH_DIGITS = 18
DOWN = (OperationalError, InterfaceError, StorageDown)


def serve(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    """One form page, for GET, HEAD and POST; Wagtail has refused other methods before."""
    request.treatment_form_reached = True  # type: ignore[attr-defined]  # for `was_reached`
    if request.method == "POST":
        response = take(request, page)
    elif "reference" in request.GET:
        response = show_thanks(request, page)
    else:
        response = show_form(request, page)
    # Under no-referrer browsers post forms with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def was_reached(request: HttpRequest) -> bool:
    """False while something before the form, a lock of Wagtail's, has answered in its place."""
    return hasattr(request, "treatment_form_reached")


def fail(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to what nobody foresaw: never thanks, and a code to ask about."""
    html = render_to_string("treatment_forms/500.html", {"code": report(error)})
    return keep_private(HttpResponse(html, status=500))


# --- Showing -------------------------------------------------------------------------


def show_form(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    if not stands(page):
        raise Http404
    return render(request, page, make_form(page, get_source(request.GET)))


def stands(page: TreatmentFormPage) -> bool:
    """False when it went live behind everybody's back, and nobody approved its consents."""
    page.is_found_shown = may_be_shown(page, page.form_class.spec.rows)
    return page.is_found_shown


def make_form(page: TreatmentFormPage, source: Any = None) -> VisitorForm:
    """A fresh form, with the page that the visitor came from chosen where it is a choice."""
    form_class = page.form_class
    key = str(source.translation_key) if source else ""
    initial = {
        row.clean_name: key
        for row in form_class.spec.rows
        if row.field_type == "page" and key in dict(form_class.base_fields[row.clean_name].choices)
    }
    form = form_class(initial=initial)
    form.source = source
    return form


def render(
    request: HttpRequest, page: TreatmentFormPage, form: VisitorForm, **extra: Any
) -> TemplateResponse:
    return TemplateResponse(
        request, page.template, {**page.get_context(request, form=form), **extra}
    )


def show_thanks(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    submission = find_submission(request.GET["reference"], page)
    status_url = reverse("treatment_forms:status", args=[make_status_token(submission.reference)])
    if submission.status == State.WITHDRAWN:
        return keep_private(HttpResponseRedirect(status_url))
    checking = submission.attachments.filter(verdict=Verdict.NOT_YET).exists()
    context = {
        **page.get_context(request),
        "reference": submission.reference,
        "status_url": status_url,
        "is_test": submission.is_test,
        "files_in_check": checking,
    }
    response = TemplateResponse(request, "treatment_forms/thanks.html", context)
    return keep_private(response)


def find_submission(token: str, page: TreatmentFormPage) -> Submission:
    """The request that the token was made for. Its reference alone opens nothing."""
    try:
        reference = signing.loads(token, salt=SALT, max_age=conf.THANKS_FOR)
        return Submission.objects.get(reference=reference, form_key=page.translation_key)
    except (signing.BadSignature, Submission.DoesNotExist) as error:
        raise Http404 from error


# --- Taking --------------------------------------------------------------------------


def take(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    return keep_private(refuse_unread(request, page) or take_body(request, page))


def refuse_unread(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse | None:
    flaw = find_flaw(request, page)
    return say(request, flaw.status, flaw.text, page) if flaw else None


class Flaw(NamedTuple):
    status: int
    text: str


def find_flaw(request: HttpRequest, page: TreatmentFormPage) -> Flaw | None:
    """What can be told without reading the body."""
    length = request.META.get("CONTENT_LENGTH", "")
    if is_foreign(request):
        return Flaw(403, _("Please send the form from our own page."))
    if request.content_type != "multipart/form-data":
        return Flaw(415, _("Please send the form from our own page."))
    if not length:
        return Flaw(411, _("Your browser did not say how much it sends."))
    if not length.isdecimal():
        return Flaw(400, _("Your browser sent something that is not a form."))
    if is_too_long(length, page):
        text = _("These files are too big to be read. Please go back and choose others.")
        return Flaw(413, f"{text} {page.attach_help}")
    return None


def is_too_long(length: str, page: TreatmentFormPage) -> bool:
    if len(length) > MAX_LENGTH_DIGITS:
        return True
    return int(length) > page.max_files * page.max_file_bytes + SLACK_BYTES


def take_body(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    body = None
    try:
        body = read(request, page)
        request.treatment_form_body = body  # type: ignore[attr-defined]  # for the middleware
        if told := admit_or_repeat(request, page, body):
            return told
        with nullcontext() if body.files else turns.one_by_one():
            return answer(request, page, body)
    except BodyCut:
        text = _("Your request did not arrive whole. Please go back and send it again.")
        return say(request, 400, text, page)
    except BodyBroken:
        return say(request, 400, _("Your browser sent something that is not a form."), page)
    except FormClosed:  # while somebody filled it in
        return say_closed(request, page)
    except DOWN as error:
        logger.error("Request not taken: %s", type(error).__name__)
        return say_down(request, page, body)
    finally:
        if body:
            body.drop()


def read(request: HttpRequest, page: TreatmentFormPage) -> Body:
    """The whole request, without its files when this address has sent too many already."""
    length = int(request.META["CONTENT_LENGTH"])
    too_much = None
    if length > LIGHT_BYTES:
        too_much = limits.count_upload(request, length, at=timezone.now())
    limit = Limits(max_files=page.max_files, max_bytes=page.max_file_bytes)
    if too_much:
        limit = Limits(max_files=0, max_bytes=0)
    kind = request.META["CONTENT_TYPE"]
    body = read_body(request, content_type=kind, length=length, limits=limit)
    body.too_much = too_much
    return body


def admit_or_repeat(
    request: HttpRequest, page: TreatmentFormPage, body: Body
) -> HttpResponse | None:
    """None for what is to be judged. What the form takes no more may be stored already."""
    try:
        admit(request, page, body)
    except (FormClosed, BodyBroken):
        if done := find_done(page, body, at=timezone.now()):
            return redirect_to_thanks(request, done.reference)
        raise
    return None


def admit(request: HttpRequest, page: TreatmentFormPage, body: Body) -> None:
    if not stands(page):
        raise FormClosed
    if body.files and not page.form_class.spec.files_row:
        raise BodyBroken("this form takes no files")
    admit_files(request, body)


def admit_files(request: HttpRequest, body: Body) -> None:
    """What is light is counted only here, if it has files: text alone is no upload."""
    length = int(request.META["CONTENT_LENGTH"])
    if body.files and length <= LIGHT_BYTES:
        body.too_much = limits.count_upload(request, length, at=timezone.now())
    for file in body.files if body.too_much else []:
        file.drop()
        file.fault = Fault.NOT_KEPT


def answer(request: HttpRequest, page: TreatmentFormPage, body: Body) -> HttpResponse:
    sender = limits.get_sender(request)
    try:
        receipt = receive(page, body, sender=sender, at=timezone.now())
    except Delayed as delayed:
        return ask_for_patience(request, page, delayed.form, delayed.retry_after)
    except Refused as refused:
        asked_again = render(request, page, refused.form)
        asked_again.status_code = 422
        return asked_again
    response = redirect_to_thanks(request, receipt.reference)
    if receipt.is_new:
        when_sent(response, partial(wake, receipt.submission_id))
    return response


def redirect_to_thanks(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks nobody for the page's address: what is stored must not end in a fault."""
    token = signing.dumps(reference, salt=SALT)
    response = HttpResponseRedirect(f"{request.path}?reference={token}")
    response.status_code = 303  # the browser follows with GET: refresh and Back send nothing
    return response


# --- Refusing ------------------------------------------------------------------------


def ask_for_patience(
    request: HttpRequest, page: TreatmentFormPage, form: VisitorForm, seconds: int
) -> HttpResponse:
    minutes = -(-seconds // 60)
    notice = ngettext(
        "Too many requests came from your connection. Your request was not sent. "
        "Please press the button again in %(minutes)s minute.",
        "Too many requests came from your connection. Your request was not sent. "
        "Please press the button again in %(minutes)s minutes.",
        minutes,
    )
    response = render(request, page, form, notice=notice % {"minutes": minutes})
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def say(
    request: HttpRequest,
    status: int,
    text: str,
    page: TreatmentFormPage | None = None,
    **extra: Any,
) -> HttpResponse:
    context = {"text": text, "form_page": page, "page": page, **extra}
    template = "treatment_forms/refused.html"
    return TemplateResponse(request, template, context, status=status)


def say_closed(request: HttpRequest, page: TreatmentFormPage) -> HttpResponse:
    text = _(
        "This form takes no requests just now. You can go back to copy what you wrote. Please try "
        "again later."
    )
    return say(request, 404, text, page, is_closed=True)


def say_down(
    request: HttpRequest, page: TreatmentFormPage | None, body: Body | None
) -> HttpResponse:
    """503 with everything that was typed. Needs no database, which may be what is down."""
    body = body or read_text(request)
    spec = page.form_class.spec if page and "form_class" in vars(page) else None
    context = {
        "page": page,
        "kept": list_kept(body, {row.clean_name: row.label for row in spec.rows} if spec else {}),
        "has_files": bool(body and body.files),
        "takes_files": spec is None or bool(spec.files_row),
        "contacts": list_lines(page.contacts) if page else [],
    }
    html = render_to_string("treatment_forms/503.html", context)
    return HttpResponse(html, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def read_text(request: HttpRequest) -> Body | None:
    """What was typed, of a request that was not read yet, also when nobody knows its form."""
    kind, nothing = request.META.get("CONTENT_TYPE", ""), Limits(max_files=0, max_bytes=0)
    try:
        return read_body(request, content_type=kind, length=0, limits=nothing)
    except (BodyBroken, BodyCut):
        return None


def list_kept(body: Body | None, labels: dict[str, str]) -> list[dict[str, Any]]:
    """What was typed, as plain text fields; what is no answer goes along unseen."""
    sent = body.fields.lists() if body else []
    return [
        {"name": name, "label": labels.get(name, name), "value": value, "is_shown": is_answer(name)}
        for name, values in sent
        for value in values
        if name != "complete"
    ]


def is_answer(name: str) -> bool:
    return name not in RESERVED
