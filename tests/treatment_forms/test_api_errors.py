"""Each code that the documentation names occurs, and the schema knows each of them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.treatment_forms.calling import (
    add,
    ask,
    call,
    make_document,
    require_problem,
    require_receipt,
    send,
    send_document,
)
from tests.treatment_forms.posting import PDF, PNG, Sent
from treatment_forms.services import idempotency

TABLE = Path(__file__).parents[2] / "docs" / "api-errors.md"
ROW = re.compile(r"^\| (\d{3}) \| `(\w+)` \|", re.MULTILINE)
ONE, TWO = Sent("one.pdf", PDF), Sent("two.png", PNG)


def be_in_flight(page: Any) -> Any:
    idempotency.begin(f"form {page.translation_key}", "one", "other", at=timezone.now())
    return send(page, key="one")


def add_to_withdrawn(page: Any) -> Any:
    receipt = require_receipt(send(page))
    ask(receipt, "DELETE")
    return add(receipt, ONE)


def reuse(page: Any) -> Any:
    require_receipt(send(page, key="one"))
    return send(page, key="one", message="Another")


def send_too_often(page: Any) -> Any:
    for _once in range(10):
        send(page)
    return send(page)


def fail(error: Exception) -> Any:
    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "treatment_forms_submission"'):
            raise error
        return run(sql, params, many, context)

    return execute


def send_with(error: Exception, page: Any) -> Any:
    with connection.execute_wrapper(fail(error)):
        return send(page)


def get_path(page: Any) -> str:
    return f"/forms/{page.translation_key}/submissions"


def send_chunked(page: Any) -> Any:
    return call(
        "POST",
        get_path(page),
        data=b"{}",
        content_type="application/json",
        headers={"Idempotency-Key": "one", "Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
    )


SCENES = {
    (400, "bad_request"): lambda page: send_document(page, b"{"),
    (400, "idempotency_key"): lambda page: send(page, key=None),
    (400, "incomplete"): lambda page: send_document(page, make_document(TWO), ONE),
    (404, "not_found"): lambda page: send(page, locale="xx"),
    (405, "method"): lambda page: call("PUT", get_path(page)),
    (409, "in_flight"): be_in_flight,
    (410, "withdrawn"): add_to_withdrawn,
    (411, "length_required"): send_chunked,
    (413, "too_large"): lambda page: send_document(page, b" " * (1024 * 1024 + 1)),
    (415, "media_type"): lambda page: send_document(page, b"x", content_type="text/plain"),
    (422, "invalid"): lambda page: send(page, email="anna"),
    (422, "idempotency_key_reused"): reuse,
    (429, "too_many_requests"): send_too_often,
    (500, "unexpected"): lambda page: send_with(ZeroDivisionError(), page),
    (503, "unavailable"): lambda page: send_with(OperationalError(), page),
}


def test_every_documented_error_has_a_scene():
    of_requests = TABLE.read_text().partition("## Reading")[0].partition("## Uploads")[0]
    documented = {(int(status), code) for status, code in ROW.findall(of_requests)}

    assert documented == set(SCENES)


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "code"), SCENES)
def test_every_documented_error_occurs(form_page, status, code):
    response = SCENES[status, code](form_page)

    require_problem(response, status, code)
    if status in {409, 429, 503}:
        assert int(response.headers["Retry-After"]) > 0
    if status == 405:
        assert response.headers["Allow"] == "POST"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "error"), [(500, ZeroDivisionError()), (503, OperationalError())]
)
def test_after_a_fault_of_ours_the_same_key_still_works(form_page, status, error):
    with connection.execute_wrapper(fail(error)):
        assert send(form_page, ONE, key="one").status_code == status

    require_receipt(send(form_page, ONE, key="one"))
