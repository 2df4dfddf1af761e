"""What the sender of a request sees."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from treatment_forms.forms import VisitorForm
from treatment_forms.models import Submission, TreatmentFormPage
from treatment_forms.models.earlier import get_earlier
from treatment_forms.services.receive_more import find_page
from treatment_forms.services.status import get_status
from treatment_forms.status.access import Case, own_page
from treatment_forms.status.words import describe_files, list_steps


@own_page("GET", "HEAD")
def show(request: HttpRequest, case: Case) -> HttpResponse:
    return render(request, case)


def render(
    request: HttpRequest,
    case: Case,
    *,
    form: VisitorForm | None = None,
    notice: str = "",
    code: int = 200,
) -> HttpResponse:
    """
    Args:
        form: with what is wrong with files that were not taken.
        notice: why nothing was taken although nothing is wrong.
    """
    template = "treatment_forms/status.html"
    context = {**get_context(case), "notice": notice, "is_sent": "sent" in request.GET}
    if form and context["form"]:
        context["form"] = form
    return TemplateResponse(request, template, context, status=code)


def get_context(case: Case) -> dict[str, Any]:
    submission = case.submission
    status = get_status(submission)
    more = None if case.is_withdrawn else find_page(submission)
    return {
        "status": status,
        "is_withdrawn": case.is_withdrawn,
        "is_test": submission.is_test,
        "steps": list_steps(status),
        "files": describe_files(status, with_names=not case.is_mailed),
        "form_page": more or _find_own_page(submission),
        "form": more.form_class() if more else None,
        "files_row": more.form_class.spec.files_row if more else None,
        "earlier": _list_earlier(case),
        "continues": submission.continues if case.is_mailed else None,
        "urls": {name: case.get_url(name) for name in ("status", "add_files", "withdraw")},
    }


def _list_earlier(case: Case) -> list[dict[str, Any]]:
    """For who reads the mailbox; whoever typed an address learns nothing of its owner here."""
    if not case.is_mailed:
        return []
    found = get_earlier(case.submission, at=timezone.now())
    return [{"request": one, "url": case.get_url("join", one.reference)} for one in found]


def _find_own_page(submission: Submission) -> TreatmentFormPage | None:
    pages = TreatmentFormPage.objects.filter(pk=submission.form_page_id)
    found: TreatmentFormPage | None = pages.first()
    return found
