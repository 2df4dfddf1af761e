"""Later: how far is it, and taking it back. The token opens one request, and nothing else does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.treatment_forms.calling import ask, require_problem, require_receipt, send
from tests.treatment_forms.posting import PDF, PNG, Sent, list_storage
from treatment_forms import tokens
from treatment_forms.models import Submission
from treatment_forms.services.transition import move_submission
from treatment_forms.states import State

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))


@pytest.mark.django_db
def test_the_sender_sees_how_far_it_is(form_page, clamd):
    receipt = require_receipt(send(form_page, *PAPERS))

    told = require_receipt(ask(receipt), 200)

    assert told["reference"] == receipt["reference"]
    assert told["state"] == "received"
    assert told["files"] == receipt["files"]
    assert told["received_at"]
    assert told["checked_at"]
    assert told["read_at"] is None

    submission = Submission.objects.get()
    at = timezone.now()
    move_submission(submission.pk, source=State.RECEIVED, target=State.OPENED, at=at)
    told = require_receipt(ask(receipt), 200)
    assert told["state"] == "opened"
    assert told["read_at"] == told["delivered_at"]


@pytest.mark.django_db
def test_what_looks_like_spam_is_told_as_any_other(form_page):
    receipt = require_receipt(send(form_page))
    source, target = State.RECEIVED, State.SPAM
    move_submission(Submission.objects.get().pk, source=source, target=target, at=timezone.now())

    assert require_receipt(ask(receipt), 200)["state"] == "received"


@pytest.mark.django_db
def test_it_can_be_taken_back_and_that_again_does_no_harm(form_page):
    receipt = require_receipt(send(form_page, *PAPERS))

    for _again in range(2):
        response = ask(receipt, "DELETE")
        assert response.status_code == 204
        assert response.content == b""
        assert response.headers["Cache-Control"] == "no-store"

    submission = Submission.objects.get()
    assert submission.status == State.WITHDRAWN
    assert submission.answers == {}
    assert list_storage() == []
    told = require_receipt(ask(receipt), 200)
    assert told["state"] == "withdrawn"
    assert told["withdrawn_at"]
    assert told["files"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_whoever_has_not_the_token_is_told_nothing_at_all(form_page, method, caplog):
    mine = require_receipt(send(form_page))
    theirs = require_receipt(send(form_page))
    token = mine["status_token"]

    refused = [
        ask(mine, method, token=theirs["status_token"]),
        ask(mine, method, token=token[:-1]),
        ask(mine, method, token=mine["reference"]),
        ask(mine, method, token=""),
        ask(mine, method, token="ключ"),
        ask(mine, method, token=tokens.make_form_token(form_page.translation_key)),
        ask(mine, method, Authorization=""),
        ask(mine, method, Authorization=f"Basic {token}"),
        ask(mine, method, reference="TR-0000-0000"),
        ask(mine, method, reference="TR-0000-0000", token=tokens.make_status_token("TR-0000-0000")),
        ask(mine, method, reference="nothing"),
        ask(mine, method, reference="%00"),
    ]

    for response in refused:
        require_problem(response, 404, "not_found")
    assert len({response.content for response in refused}) == 1
    assert not Submission.objects.filter(status=State.WITHDRAWN).exists()
    assert token not in caplog.text


@pytest.mark.django_db
def test_known_and_unknown_references_take_the_same_steps(form_page):
    mine = require_receipt(send(form_page))
    unknown = tokens.make_status_token("TR-0000-0000")

    steps = set()
    for token, reference in [("wrong", mine["reference"]), (unknown, "TR-0000-0000")]:
        with CaptureQueriesContext(connection) as queries:
            ask(mine, token=token, reference=reference)
        steps.add(len(queries))

    assert len(steps) == 1
