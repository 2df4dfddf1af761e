"""What the API's description says of uploads is so, whatever is sent."""

import base64
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis.checks import positive_data_acceptance

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.resuming import BYTES, TUS, begin, get_token
from treatment_forms import conf

# A schema cannot say what fits to what: a length that the form allows, an offset that is the next.
RULES = [positive_data_acceptance]
schemathesis.serializer.alias(BYTES, "application/octet-stream")


# Above a second: a hundred requests.
@pytest.mark.django_db(transaction=True)
def test_every_answer_of_the_uploads_is_as_described(settings: Any) -> None:
    rates = {"RATE_UPLOAD_MB": "99999/1h", "RATE_FORM_UPLOAD_MB": "99999/1h"}
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, **rates}
    page = make_form_page()
    form = base64.b64encode(page.form_token.encode()).decode()
    ids = [get_token(begin(page, "a.txt", 5)) for _one in range(3)]
    address = reverse(f"{conf.get('API_NAMESPACE')}:openapi-json")
    handler = WSGIHandler()

    def serve(environ: dict[str, Any], start: Any) -> Any:
        return handler({"REMOTE_ADDR": "127.0.0.1", **environ}, start)

    schema = schemathesis.openapi.from_wsgi(address, serve).include(path_regex="/uploads")

    for found in schema.get_all_operations():
        operation = found.ok()

        @given(operation.as_strategy(), st.sampled_from(ids), st.booleans())
        @how(
            max_examples=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def try_one(case: Any, known: str, is_known: bool) -> None:
            case.headers = {**(case.headers or {}), **TUS}
            if is_known and case.path_parameters:
                case.path_parameters["token"] = known
            if is_known and "Upload-Metadata" in case.headers:
                case.headers["Upload-Metadata"] = f"filename YQ==,form {form}"
            case.validate_response(case.call(), excluded_checks=RULES)

        try_one()
