"""Files that come piece by piece: what a phone is told, and what is stored."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.treatment_forms.posting import (
    JPEG,
    PDF,
    Sent,
    check_invariants,
    follow,
    list_storage,
    post,
)
from tests.treatment_forms.resuming import (
    BYTES,
    ask,
    begin,
    create,
    delete,
    get_row,
    get_token,
    get_uploads_url,
    head,
    patch,
    send,
)
from treatment_forms.models import StagedFile, Upload, UploadPart

pytestmark = pytest.mark.django_db


def test_a_whole_file_in_one_piece_is_staged(form_page):
    created = create(form_page, "report.pdf", len(PDF))

    assert created.status_code == 201
    assert created.headers["Upload-Offset"] == "0"
    assert created.headers["Location"].startswith(get_uploads_url() + "/")
    answer = patch(created.headers["Location"], PDF, 0)
    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == str(len(PDF))
    assert answer.headers["Upload-Verdict"] == "not_yet"
