"""The way of a request that is as it should be."""

import hashlib

import pytest

from tests.treatment_forms.posting import (
    ANSWERS,
    DICOM,
    JPEG,
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    post,
)

pytestmark = pytest.mark.django_db


def test_a_request_without_files_is_stored_and_answered_with_its_reference(form_page):
    response = post(form_page)

    thanks = follow(response)
    submission = check_invariants(accepted=True)
    assert submission.reference in thanks.content.decode()
    assert submission.answers["full_name"] == ANSWERS["full_name"]
    assert submission.answers["phone"] == "+77012345678"
    assert submission.answers["consent"] is True
    assert (submission.topic, submission.language_code) == ("treatment", "en")
    assert submission.form_key == form_page.translation_key


def test_every_file_is_kept_byte_for_byte_with_what_it_is(form_page, clamd):
    files = (
        Sent("анализ.pdf", PDF),
        Sent("صورة.jpg", PNG),
        Sent("scan.jpg", JPEG),
        Sent("IM0001", DICOM),
    )

    follow(post(form_page, *files))

    submission = check_invariants(accepted=True, files=files)
    rows = submission.attachments.all()
    assert [row.name for row in rows] == [file.name for file in files]
    assert [row.media_type for row in rows] == [
        "application/pdf",
        "image/png",
        "image/jpeg",
        "application/dicom",
    ]
    assert [row.sha256 for row in rows] == [
        hashlib.sha256(file.content).hexdigest() for file in files
    ]
    assert {row.verdict for row in rows} == {"clean"}
    # Two are read at a time: which of them clamd hears of first is chance.
    assert sorted(clamd.received) == sorted(file.content for file in files)
