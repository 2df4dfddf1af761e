"""What the sender of a request may do with it later: see how far it is, and take it back."""

from dataclasses import asdict
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from treatment_forms.api import describe
from treatment_forms.api.access import Reference, StatusToken, get_submission
from treatment_forms.api.replies import reply
from treatment_forms.api.schemas import Status
from treatment_forms.http import keep_private, when_sent
from treatment_forms.services.status import get_status
from treatment_forms.services.withdraw import withdraw
from treatment_forms.tasks import wake

router = Router(tags=["requests"], auth=StatusToken())


@router.get(
    "/submissions/{reference}",
    operation_id="get_status",
    url_name="get_status",
    summary="See how far a request is",
    response={200: Status, **describe.errors()},
)
def show(request: HttpRequest, reference: Reference) -> HttpResponse:
    status = get_status(get_submission(request))
    return reply(200, Status.model_validate(asdict(status)).model_dump(mode="json"))


@router.delete(
    "/submissions/{reference}",
    operation_id="withdraw_request",
    summary="Take a request back",
    response={204: None, **describe.errors()},
)
def take_back(request: HttpRequest, reference: Reference) -> HttpResponse:
    """The consent ends: answers, files and the sender's address are deleted, at once and for good.

    To do it again does no harm.
    """
    submission = get_submission(request)
    withdraw(submission.pk, at=timezone.now())
    response = keep_private(HttpResponse(status=204))
    when_sent(response, partial(wake, submission.pk))
    return response
