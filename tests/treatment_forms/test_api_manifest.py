"""Complete or refused: what differs from its manifest on the way is not taken."""

import io
import json

import pytest

from tests.treatment_forms.calling import (
    call,
    describe,
    describe_upload,
    make_document,
    make_multipart,
    require_problem,
    require_receipt,
    send,
    send_document,
)
from tests.treatment_forms.posting import BOUNDARY, JPEG, PDF, PNG, Sent, check_invariants
from treatment_forms.models import StagedFile, Submission

ONE, TWO, THREE = Sent("one.pdf", PDF), Sent("two.png", PNG), Sent("three.jpg", JPEG)
KIND = f"multipart/form-data; boundary={BOUNDARY}"


MISMATCHES = {
    "one missing": ([describe(ONE), describe(TWO)], [ONE]),
    "all missing": ([describe(ONE)], []),
    "one too many": ([describe(ONE)], [ONE, TWO]),
    "none told": ([], [ONE]),
    "another order": ([describe(ONE), describe(TWO)], [TWO, ONE]),
    "another name": ([describe(ONE, name="1.pdf")], [ONE]),
    "another size": ([describe(ONE, size=len(PDF) + 1)], [ONE]),
    "a byte changed": ([describe(ONE)], [Sent("one.pdf", PDF[:-1] + b" ")]),
    "cut short": ([describe(ONE)], [Sent("one.pdf", PDF[:-1])]),
    "another hash": ([describe(ONE, sha256="0" * 64)], [ONE]),
    "came twice": ([describe(ONE)], [ONE, ONE]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", MISMATCHES)
def test_what_is_not_as_it_was_sent_is_incomplete(form_page, case):
    manifest, files = MISMATCHES[case]
    document = make_document(manifest=manifest)

    response = call(
        "POST",
        f"/forms/{form_page.translation_key}/submissions",
        data=make_multipart(document, tuple(files)),
        content_type=KIND,
        headers={"Idempotency-Key": "one"},
    )

    require_problem(response, 400, "incomplete")
    check_invariants(accepted=False)
    assert not StagedFile.objects.exists()


@pytest.mark.django_db
def test_the_same_key_takes_the_request_once_it_is_whole(form_page):
    broken = make_document(manifest=[describe(ONE), describe(TWO)])
    require_problem(send_document(form_page, broken, ONE, key="one"), 400, "incomplete")

    require_receipt(send(form_page, ONE, TWO, key="one"))

    check_invariants(accepted=True, files=(ONE, TWO))


def stage(page, *files):
    send(page, *files, email="nobody")
    return list(StagedFile.objects.order_by("pk"))


UPLOAD_CHANGES = {
    "another size": {"size": 1},
    "another hash": {"sha256": "0" * 64},
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", UPLOAD_CHANGES)
def test_an_upload_that_is_not_what_the_app_means_is_incomplete(form_page, change):
    [file] = stage(form_page, ONE)
    entry = {**describe_upload(file), **UPLOAD_CHANGES[change]}

    response = send_document(form_page, make_document(manifest=[entry]))

    require_problem(response, 400, "incomplete")
    check_invariants(accepted=False)
    assert StagedFile.objects.count() == 1


@pytest.mark.django_db
def test_an_upload_named_twice_is_incomplete(form_page):
    [file] = stage(form_page, ONE)
    entry = describe_upload(file)

    response = send_document(form_page, make_document(manifest=[entry, entry]))

    require_problem(response, 400, "incomplete")


@pytest.mark.django_db
def test_two_files_of_one_content_and_name_are_two(form_page):
    require_receipt(send(form_page, ONE, ONE))

    check_invariants(accepted=True, files=(ONE, ONE))


@pytest.mark.django_db
def test_a_body_cut_anywhere_is_never_taken(form_page):
    """With the length that was announced, and with a proxy's that counted what came."""
    files = (ONE, Sent("two.txt", b"second"))
    whole = make_multipart(make_document(*files), files)
    path = f"/forms/{form_page.translation_key}/submissions"
    headers = {"Idempotency-Key": "one"}

    for end in range(1, len(whole) - len(b"\r\n"), 41):
        for length in (end, len(whole)):
            response = call(
                "POST",
                path,
                data=whole[:end],
                content_type=KIND,
                headers=headers,
                CONTENT_LENGTH=str(length),
                **{"wsgi.input": io.BytesIO(whole[:end])},
            )
            assert response.status_code == 400, (end, length, response.content)

    check_invariants(accepted=False)
    require_receipt(send(form_page, *files, key="one"))


@pytest.mark.django_db
def test_json_cut_anywhere_is_never_taken(form_page):
    whole = json.dumps(make_document()).encode()
    path = f"/forms/{form_page.translation_key}/submissions"

    for end in range(1, len(whole), 17):
        for length in (end, len(whole)):
            response = call(
                "POST",
                path,
                data=whole[:end],
                content_type="application/json",
                headers={"Idempotency-Key": "one"},
                CONTENT_LENGTH=str(length),
                **{"wsgi.input": io.BytesIO(whole[:end])},
            )
            code = "bad_request" if length == end else "incomplete"
            require_problem(response, 400, code)

    assert not Submission.objects.exists()
