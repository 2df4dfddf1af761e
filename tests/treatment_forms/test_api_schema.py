"""What the API says of itself is true: schemathesis sends what fits its schema, and what does not.

`make test` tries a little of it, always the same; `make soak` tries much, and something else
each time.
"""

import base64
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig

from tests.treatment_forms.calling import get_api
from tests.treatment_forms.invariants import check_everything
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.resuming import BYTES, make_upload
from tests.treatment_forms.rows import NOON, make_delivery, make_submission
from treatment_forms import tokens
from treatment_forms.models import SubmissionEvent

FORM = UUID("5f0c1b52-6f0e-4f1c-9d8e-0d4b6f6a8c11")
REFERENCE = "TR-0123-4567"
UPLOAD = "an-upload-of-five-bytes"
FORM_TOKEN = base64.b64encode(tokens.make_form_token(FORM).encode()).decode()
schemathesis.serializer.alias(BYTES, "application/octet-stream")
CONFIG = {
    "seed": 3,
    # Whoever knows a form, has begun an upload and has sent a request.
    "headers": {"Authorization": f"Bearer {tokens.make_status_token(REFERENCE)}"},
    "parameters": {
        "path.key": str(FORM),
        "path.reference": REFERENCE,
        "path.token": UPLOAD,
        "header.Upload-Metadata": f"filename YQ==,form {FORM_TOKEN}",
    },
    "checks": {
        # What fits the schema may still be no answer to this form.
        "positive_data_acceptance": {"enabled": False},
        # tus refuses with more kinds of 4xx than others do.
        "negative_data_rejection": {"expected-statuses": ["4xx", 503]},
        # Without its token a request is not found: nobody learns which there are.
        "ignored_auth": {"enabled": False},
        "missing_required_header": {"enabled": False},
    },
}
RATES = ("RATE_SUBMISSIONS", "RATE_UPLOAD_MB", "RATE_FORM_UPLOAD_MB")
ROOMY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class Server(WSGIHandler):
    """Each server tells the address of its caller; schemathesis has none."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return super().__call__({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


def load() -> Any:
    described = get_api().get_openapi_schema()
    config = SchemathesisConfig.from_dict(CONFIG)
    loaded = schemathesis.openapi.from_dict(described, config=config)
    loaded.app = Server()
    return loaded.exclude(tag="content")  # the site's own, tried by its own tests


schema = load()


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A server ends its connection with each request; a test's lasts, with its transaction."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def _world(db: Any, _one_connection: None, settings: Any) -> None:
    roomy = dict.fromkeys(RATES, "1000000/1h")
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, **roomy}
    make_form_page(translation_key=FORM)
    make_upload(token=UPLOAD, form_key=FORM, length=5)
    submission = make_submission(form_key=FORM, reference=REFERENCE)
    make_delivery(submission)
    SubmissionEvent.objects.create(
        submission=submission,
        kind=SubmissionEvent.Kind.RECEIVED,
        happened_at=NOON,
        detail={"files": 0},
    )


@pytest.mark.usefixtures("_world")
@schema.parametrize()
@hypothesis_settings(max_examples=5, derandomize=True, **ROOMY)
def test_every_answer_is_as_the_schema_says(case: Any) -> None:
    case.call_and_validate()


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("_world")
@schema.parametrize()
@hypothesis_settings(max_examples=2000, **ROOMY)
def test_every_answer_is_as_the_schema_says_however_often(case: Any) -> None:
    case.call_and_validate()
    check_everything()
