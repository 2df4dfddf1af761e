"""Files are added to a request that is here: complete or refused, and once."""

import pytest
from django.utils import timezone

from tests.treatment_forms.calling import (
    add,
    add_document,
    ask,
    describe,
    describe_upload,
    require_problem,
    require_receipt,
    send,
    send_document,
)
from tests.treatment_forms.invariants import check_everything, read
from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.posting import JPEG, PDF, PNG, Sent, list_storage
from tests.wire.clamd import EICAR
from treatment_forms import conf
from treatment_forms.models import Delivery, Replay, StagedFile, Submission

ONE, TWO, THREE = Sent("one.pdf", PDF), Sent("two.png", PNG), Sent("three.jpg", JPEG)


@pytest.fixture
def receipt(form_page):
    return require_receipt(send(form_page, ONE))


def require_files(*files):
    submission = Submission.objects.get()
    assert [read(one) for one in submission.attachments.all()] == [one.content for one in files]
    check_everything()
    return submission


@pytest.mark.django_db
def test_files_are_added_in_one_call_and_told(receipt):
    told = require_receipt(add(receipt, TWO, THREE))

    assert [one["name"] for one in told["files"]] == ["two.png", "three.jpg"]
    submission = require_files(ONE, TWO, THREE)
    assert submission.deliveries.filter(kind=Delivery.Kind.ADDITION).exists()
    status = require_receipt(ask(receipt), 200)
    assert [one["name"] for one in status["files"]] == ["one.pdf", "two.png", "three.jpg"]
    assert status["added_at"]


@pytest.mark.django_db
def test_uploads_are_added_with_files_of_the_call(receipt, form_page):
    send(form_page, TWO, email="nobody")
    document = {"manifest": [describe_upload(StagedFile.objects.get()), describe(THREE)]}

    require_receipt(add_document(receipt, document, THREE))

    require_files(ONE, TWO, THREE)


@pytest.mark.django_db
def test_the_same_again_adds_nothing_and_gets_the_same_answer(receipt):
    first = add(receipt, TWO, key="one")
    second = add(receipt, TWO, key="one")

    require_receipt(first)
    require_receipt(second, 200)
    assert first.content == second.content
    require_files(ONE, TWO)
    require_problem(add(receipt, THREE, key="one"), 422, "idempotency_key_reused")


@pytest.mark.django_db
def test_the_same_file_under_another_key_is_not_kept_twice(receipt):
    require_receipt(add(receipt, ONE))

    require_files(ONE)
    assert not StagedFile.objects.filter(expires_at__gt=timezone.now()).exists()


@pytest.mark.django_db
def test_the_answer_is_said_again_when_the_request_is_full_by_now(receipt, monkeypatch):
    monkeypatch.setattr(conf, "MAX_FILES_OF_REQUEST", 2)
    first = add(receipt, TWO, key="one")

    assert add(receipt, TWO, key="one").content == first.content
    told = require_problem(add(receipt, THREE), 422, "invalid")
    assert told["errors"][0]["code"] == "no_files"
    require_files(ONE, TWO)


@pytest.mark.django_db
def test_what_differs_from_the_manifest_is_incomplete(receipt):
    short = Sent("two.png", PNG[:-1])

    require_problem(add_document(receipt, {"manifest": [describe(TWO)]}, short), 400, "incomplete")

    require_files(ONE)
    assert list(Replay.objects.filter(submission=None)) == []


@pytest.mark.django_db
def test_a_bad_file_is_named_and_the_good_one_need_not_be_sent_again(receipt, clamd):
    bad = Sent("evil.txt", EICAR.encode())

    told = require_problem(add(receipt, bad, TWO, key="one"), 422, "invalid")

    assert [(one["file"], one["code"]) for one in told["errors"]] == [(0, "malware")]
    require_files(ONE)
    require_receipt(add_document(receipt, {"manifest": told["kept"]}, key="one"))
    require_files(ONE, TWO)


@pytest.mark.django_db
def test_nothing_is_no_addition(receipt):
    told = require_problem(add(receipt), 422, "invalid")

    assert told["errors"][0]["pointer"] == "/manifest"


@pytest.mark.django_db
def test_without_a_key_nothing_is_added(receipt):
    require_problem(add(receipt, TWO, key=None), 400, "idempotency_key")


@pytest.mark.django_db
def test_without_the_token_nothing_is_added(receipt):
    response = add_document(receipt, {"manifest": [describe(TWO)]}, TWO, token="x")

    require_problem(response, 404, "not_found")
    require_files(ONE)


@pytest.mark.django_db
def test_nothing_is_added_to_a_request_that_was_taken_back(receipt):
    ask(receipt, "DELETE")

    require_problem(add(receipt, TWO), 410, "withdrawn")

    assert list_storage() == []
    assert not StagedFile.objects.exists()


@pytest.mark.django_db
def test_a_form_that_takes_no_files_takes_none_later():
    page = make_form_page(make_field("singleline", "name"))
    answers = {"locale": "en", "answers": {"name": "Anna"}}
    receipt = require_receipt(send_document(page, answers))

    told = require_problem(add(receipt, TWO), 422, "invalid")

    assert told["errors"][0]["code"] == "no_files"


@pytest.mark.django_db
def test_a_file_of_another_form_is_not_here(receipt):
    other = make_form_page(slug="other")
    send(other, TWO, email="nobody")
    document = {"manifest": [describe_upload(StagedFile.objects.get())]}

    told = require_problem(add_document(receipt, document), 422, "invalid")

    assert told["errors"] == [{"file": 0, "code": "gone", "detail": told["errors"][0]["detail"]}]
