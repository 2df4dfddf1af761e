"""Whose request it is: told by the status token alone, which only its sender was given."""

import logging
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path
from ninja.security.http import HttpAuthBase

from treatment_forms import tokens
from treatment_forms.models import Submission
from treatment_forms.models.submissions import is_reference

Reference = Annotated[str, Path(description="Of the request, as its receipt says.")]

logger = logging.getLogger(__name__)


class StatusToken(HttpAuthBase):
    """A wrong token, somebody else's, none at all and an unknown request: the same answer, after
    the same steps. That a request exists is nobody's business but its sender's.

    The request is `request.auth`.
    """

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Submission:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        match = request.resolver_match
        reference = str(match.kwargs.get("reference", "")) if match else ""
        submission = self.find(reference)
        is_theirs = read_reference(token if scheme.lower() == "bearer" else "") == reference
        if submission is None or not is_theirs:
            logger.warning("A request was asked for without its status token")
            raise Http404
        return submission

    def find(self, reference: str) -> Submission | None:
        asked = reference if is_reference(reference) else "TR-0000-0000"
        return Submission.objects.filter(reference=asked).first()


def get_submission(request: Any) -> Submission:
    """The one that `StatusToken` has found."""
    submission: Submission = request.auth
    return submission


def read_reference(token: str) -> str:
    try:
        return tokens.read_status_token(token)
    except tokens.BadSignature:
        return ""
