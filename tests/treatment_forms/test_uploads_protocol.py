"""Each header missing or wrong, each id unknown, each limit passed: told, and nothing stored."""

import base64
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.posting import PDF, list_storage
from tests.treatment_forms.resuming import (
    ask,
    begin,
    create,
    delete,
    get_row,
    get_uploads_url,
    head,
    make_metadata,
    patch,
    send,
)
from treatment_forms import conf, tokens
from treatment_forms.models import StagedFile, Tally, Upload
from treatment_forms.services.append import MAX_PARTS

pytestmark = pytest.mark.django_db
MIB = conf.MIB


def require_problem(response, status, code):
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Tus-Resumable"] == "1.0.0"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["code"] == code
    assert response.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus_Resumable": None}, 412, "tus_version"),
        ({"Tus_Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Upload_Length": None}, 400, "bad_header"),
        ({"Upload_Length": ""}, 400, "bad_header"),
        ({"Upload_Length": "-1"}, 400, "bad_header"),
        ({"Upload_Length": "1e3"}, 400, "bad_header"),
        ({"Upload_Length": "²"}, 400, "bad_header"),
        ({"Upload_Length": "9" * 19}, 400, "bad_header"),
        ({"Upload_Length": None, "Upload_Defer_Length": 1}, 400, "bad_header"),
        ({"Upload_Length": 0}, 422, "empty"),
        ({"Upload_Length": 10 * MIB + 1}, 413, "too_big"),
        ({"Upload_Metadata": None}, 403, "form_token"),
        ({"Upload_Metadata": "form"}, 403, "form_token"),
        ({"Upload_Metadata": "form AAAA"}, 403, "form_token"),
        ({"Upload_Metadata": "form ???"}, 400, "bad_header"),
        ({"Upload_Metadata": "form é"}, 400, "bad_header"),
        ({"Transfer_Encoding": "chunked"}, 411, "length_required"),
    ],
)
def test_what_is_wrong_with_a_creation_is_told(form_page, headers, status, code):
    require_problem(create(form_page, "a.pdf", len(PDF), **headers), status, code)
    assert not Upload.objects.exists()
    assert not Tally.objects.exists()


def test_bytes_that_come_with_a_creation_must_say_what_they_are(form_page):
    told = {"Upload_Length": 3, "Upload_Metadata": make_metadata(form_page, "a.txt")}

    answer = ask("POST", get_uploads_url(), b"abc", Content_Type="text/plain", **told)

    require_problem(answer, 415, "media_type")


def test_a_creation_brings_no_more_than_it_announces(form_page):
    told = {"Upload_Length": 2, "Upload_Metadata": make_metadata(form_page, "a.txt")}
    kind = "application/offset+octet-stream"

    answer = ask("POST", get_uploads_url(), b"abc", Content_Type=kind, **told)

    require_problem(answer, 413, "too_long")
    assert not Upload.objects.exists()


def test_the_biggest_file_is_taken_and_the_limit_told_in_words(form_page):
    assert create(form_page, "a.pdf", 10 * MIB).status_code == 201
    answer = create(form_page, "a.pdf", 10 * MIB + 1).json()

    assert "“a.pdf” is too big: 10.01 MB" in answer["detail"]


def test_an_old_form_token_is_mended_by_loading_the_page_again(form_page, monkeypatch):
    old = create(form_page, "a.pdf", 1)
    assert old.status_code == 201
    late = timezone.now() + conf.FORM_TOKEN_FOR + timedelta(seconds=1)
    metadata = make_metadata(form_page, "a.pdf")
    monkeypatch.setattr("time.time", late.timestamp)

    answer = create(form_page, "a.pdf", 1, Upload_Metadata=metadata)

    require_problem(answer, 403, "form_token")
    assert "load it again" in answer.json()["detail"]


def create_by_key(form_page, key: UUID):
    name = base64.b64encode(str(key).encode()).decode()
    return create(form_page, "a.pdf", 1, Upload_Metadata=f"filename YS5wZGY=,form {name}")


def test_an_app_names_the_form_by_its_key(form_page):
    key = form_page.translation_key

    assert create_by_key(form_page, key).status_code == 201
    require_problem(create_by_key(form_page, uuid4()), 404, "not_found")
    PageViewRestriction.objects.create(page=form_page, restriction_type="login")
    require_problem(create_by_key(form_page, key), 404, "not_found")


def test_a_token_of_another_kind_is_no_form_token(form_page):
    token = base64.b64encode(tokens.make_status_token("TR-1").encode()).decode()

    require_problem(
        create(form_page, "a.pdf", 1, Upload_Metadata=f"form {token}"), 403, "form_token"
    )


def test_a_form_that_is_not_live_or_takes_no_files_is_not_there(form_page):
    without = make_form_page(make_field("singleline", "name"), title="No", slug="no-files")
    metadata = make_metadata(form_page, "a.pdf")
    form_page.unpublish()

    require_problem(create(form_page, "a.pdf", 1, Upload_Metadata=metadata), 404, "not_found")
    require_problem(create(without, "a.pdf", 1), 404, "not_found")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus_Resumable": None}, 412, "tus_version"),
        ({"Tus_Resumable": "2.0.0"}, 412, "tus_version"),
        ({"Content_Type": None}, 415, "media_type"),
        ({"Content_Type": "application/octet-stream"}, 415, "media_type"),
        ({"Content_Length": ""}, 411, "length_required"),
        ({"Transfer_Encoding": "chunked"}, 411, "length_required"),
        ({"Content_Length": "x"}, 400, "bad_header"),
        ({"Upload_Offset": None}, 400, "bad_header"),
        ({"Upload_Offset": "-1"}, 400, "bad_header"),
        ({"Upload_Offset": 9}, 409, "offset"),
        ({"Upload_Offset": 11}, 409, "offset"),
        ({"Upload_Offset": 10**17}, 409, "offset"),
    ],
)
def test_what_is_wrong_with_a_piece_is_told(form_page, headers, status, code):
    address = begin(form_page, "a.pdf", len(PDF))
    patch(address, PDF[:10], 0)

    require_problem(patch(address, PDF[10:20], 10, **headers), status, code)

    assert get_row(address).offset == 10
    assert len(list_storage()) == 1
    if status == 412:
        answer = patch(address, PDF[10:20], 10, **headers)
        assert answer.headers["Tus-Version"] == "1.0.0"


def test_more_than_was_announced_is_refused_before_it_is_read(form_page):
    address = begin(form_page, "a.pdf", 10)

    require_problem(patch(address, b"x" * 11, 0), 413, "too_long")
    assert list_storage() == []


def test_a_piece_of_nothing_changes_nothing(form_page):
    address = begin(form_page, "a.pdf", len(PDF))

    assert patch(address, b"", 0).headers["Upload-Offset"] == "0"
    assert list_storage() == []


def test_pieces_of_a_file_that_is_whole_have_no_place(form_page):
    address = send(form_page, "a.pdf", PDF)

    assert patch(address, b"", len(PDF)).headers["Upload-Verdict"] == "not_yet"
    require_problem(patch(address, b"x", len(PDF)), 413, "too_long")
    require_problem(patch(address, PDF, 0), 409, "offset")


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_all_that_is_not_there_is_the_same(form_page, method, caplog):
    expired = begin(form_page, "a.pdf", len(PDF))
    staged = send(form_page, "b.pdf", PDF)
    past = timezone.now() - timedelta(seconds=1)
    Upload.objects.update(expires_at=past)
    StagedFile.objects.update(expires_at=past)
    unknown = [f"{get_uploads_url()}/{token}" for token in ("x", "x" * 65, "%00", "a.b")]
    kind = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": 0}

    answers = [ask(method, one, b"x", **kind) for one in (expired, staged, *unknown)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert all("Upload-Offset" not in answer.headers for answer in answers)
    assert [line.getMessage() for line in caplog.records] == ["Upload: there is no such file"] * 6


def test_another_method_is_refused(form_page):
    assert Client().get(begin(form_page, "a.pdf", 1)).status_code == 405
    assert Client().get(get_uploads_url()).status_code == 405


# --- How much ------------------------------------------------------------------------


def test_an_address_may_send_so_many_megabytes(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "10/1h"}
    assert create(form_page, "a.pdf", 9 * MIB + 1).status_code == 201

    answer = create(form_page, "b.pdf", 1)

    require_problem(answer, 429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert Upload.objects.count() == 1


def test_all_visitors_of_a_form_together_may_send_so_many(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_FORM_UPLOAD_MB": "1/1h"}
    other = make_form_page(title="Other", slug="other")
    create(form_page, "a.pdf", 1)
    tallies = list(Tally.objects.order_by("pk").values_list("amount", flat=True))

    answer = create(form_page, "b.pdf", 1)

    require_problem(answer, 429, "form_full")
    assert "send your request without them" in answer.json()["detail"]
    assert list(Tally.objects.order_by("pk").values_list("amount", flat=True)) == tallies
    assert create(other, "b.pdf", 1).status_code == 201


def test_an_address_may_have_so_many_uploads_open(form_page, monkeypatch):
    monkeypatch.setattr(conf, "MAX_OPEN_UPLOADS", 2)
    first, _second = begin(form_page, "a.pdf", 1), begin(form_page, "b.pdf", 1)

    require_problem(create(form_page, "c.pdf", 1), 429, "too_many_requests")
    delete(first)

    assert create(form_page, "c.pdf", 1).status_code == 201


def test_a_file_may_come_in_so_many_pieces(form_page, monkeypatch):
    monkeypatch.setattr("treatment_forms.services.append.MAX_PARTS", 3)
    address = begin(form_page, "a.pdf", len(PDF))
    for place in range(3):
        assert patch(address, PDF[place : place + 1], place).status_code == 204

    require_problem(patch(address, PDF[3:], 3), 400, "pieces")
    assert head(address).headers["Upload-Offset"] == "3"
    assert len(list_storage()) == 3
    assert MAX_PARTS >= 100  # a phone that loses its network every 100 KB


def test_the_description_of_the_api_knows_the_uploads(client):
    address = reverse(f"{conf.get('API_NAMESPACE')}:openapi-json")

    paths = json.loads(client.get(address).content)["paths"]

    known = {path.rpartition("/api/v1")[2]: set(methods) for path, methods in paths.items()}
    assert known["/uploads"] == {"post", "options"}
    assert known["/uploads/{token}"] == {"head", "patch", "delete", "options", "post"}


def test_an_address_that_is_a_key_is_in_no_log(form_page, caplog):
    location = begin(form_page, "report.pdf", 10)

    patch(location, b"12345", offset=3)
    head(location + "x")

    assert get_row(location).token not in caplog.text
