"""The page behind the link in a coordinator's mail. No login, no cookie: the address is the key.

Mail scanners, previews and browsers that fetch ahead follow every link, so that GET and HEAD only
show what there is; a file leaves by POST. There is no token against forged posts, because there
is nothing of the visitor's to misuse: who can make the post knows the address, and could as well
press the button. Posts that another site makes are refused all the same.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from treatment_forms import languages
from treatment_forms.answers import show_name
from treatment_forms.downloads import make_download
from treatment_forms.errors import FileClosed, StorageDown, TooMuch
from treatment_forms.http import is_foreign, keep_private
from treatment_forms.models import Attachment, FileLink
from treatment_forms.models.releases import get_releases
from treatment_forms.services import limits, links
from treatment_forms.states import State, Verdict
from treatment_forms.tasks import wake

METHODS = ("GET", "HEAD", "POST")


@csrf_exempt
def files(request: HttpRequest, token: str) -> HttpResponseBase:
    with translation.override(languages.get_staffs()):  # as the mail
        response = answer(request, token)
    response.headers["Referrer-Policy"] = "same-origin"
    # Django logs the address of what was refused; this one would be a key in a log.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return keep_private(response)


def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    now = timezone.now()
    try:
        limits.spend(limits.get_sender(request), "RATE_LINKS", 1, at=now)
    except TooMuch as too_much:
        return ask_for_patience(request, too_much.retry_after)
    link = links.find(token, at=now)
    if link is None:
        return render(request, "treatment_forms/link_closed.html", status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return show(request, link)
    if is_foreign(request):
        text = _("Please press the button on this page itself.")
        return show(request, link, notice=text, status=HTTPStatus.FORBIDDEN)
    return give(request, link)


def ask_for_patience(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {"minutes": -(-seconds // 60)}
    template = "treatment_forms/link_closed.html"
    response = render(request, template, context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response


def give(request: HttpRequest, link: FileLink) -> HttpResponseBase:
    """The file whose button was pressed, or the page again with why not."""
    submission = link.delivery.submission
    position = request.POST.get("file", "")
    is_number = position.isascii() and position.isdigit() and len(position) < 5
    file = submission.attachments.filter(position=int(position) if is_number else 0).first()
    if file is None:
        return show(request, link, notice=_("There is no such file."), status=HTTPStatus.NOT_FOUND)
    try:
        content = links.use(link, file, clock=timezone.now)
    except FileClosed:
        wake(submission.pk)  # it may be due to be checked again
        text = _("File %(number)s cannot be opened now. Its state is told below.")
        notice = text % {"number": file.position}
        return show(request, link, notice=notice, status=HTTPStatus.CONFLICT)
    except StorageDown:
        notice = _("The file cannot be fetched just now. Please try again in a few minutes.")
        return show(request, link, notice=notice, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return make_download(content, name=file.name)


def show(
    request: HttpRequest, link: FileLink, *, notice: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    submission = link.delivery.submission
    releases = get_releases(submission.pk)
    rows = submission.attachments.all()
    context = {
        "submission": submission,
        "is_withdrawn": submission.status == State.WITHDRAWN,
        "files": [describe(file, releases.get(file.pk)) for file in rows],
        "link": link,
        "notice": notice,
    }
    return render(request, "treatment_forms/link.html", context, status=status)


def describe(file: Attachment, release: Any) -> dict[str, Any]:
    return {
        "file": file,
        "name": show_name(file.name),
        "state": (file.verdict == Verdict.RELEASED and release) or file.get_verdict_display(),
        "is_openable": file.is_openable,
        "is_deleted": not file.stored_name,
    }
