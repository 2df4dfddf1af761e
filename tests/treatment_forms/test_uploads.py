"""Files that come piece by piece: what their sender is told, and what is stored."""

import base64
import hashlib

import pytest
from django.test import Client
from django.utils import translation

from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.posting import (
    ANSWERS,
    JPEG,
    PDF,
    Sent,
    check_invariants,
    follow,
    list_storage,
    make_body,
    post,
    post_body,
)
from tests.treatment_forms.resuming import (
    ask,
    begin,
    create,
    delete,
    get_row,
    get_token,
    get_uploads_url,
    head,
    make_metadata,
    patch,
    send,
)
from tests.wire.clamd import EICAR, Mood
from treatment_forms import tokens
from treatment_forms.models import StagedFile, Submission, Upload, UploadPart
from treatment_forms.services import append
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db
NAME = "Выписка — анализы.pdf"


def test_a_file_in_one_piece_is_staged_under_the_token_of_its_upload(form_page):
    created = create(form_page, NAME, len(PDF))

    assert created.status_code == 201
    assert created.headers["Upload-Offset"] == "0"
    address = created.headers["Location"]
    assert address.startswith(get_uploads_url() + "/")
    answer = patch(address, PDF, 0)

    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == str(len(PDF))
    assert answer.headers["Upload-Verdict"] == Verdict.NOT_YET
    staged = StagedFile.objects.get()
    assert (staged.token, staged.name, staged.size) == (get_token(address), NAME, len(PDF))
    assert staged.sha256 == hashlib.sha256(PDF).hexdigest()
    assert staged.media_type == "application/pdf"
    assert list_storage() == [staged.stored_name]
    assert not Upload.objects.exists()
    assert not UploadPart.objects.exists()


def test_it_may_come_with_the_creation(form_page):
    answer = ask(
        "POST",
        get_uploads_url(),
        PDF,
        Upload_Length=len(PDF),
        Upload_Metadata=make_metadata(form_page, NAME),
        Content_Type="application/offset+octet-stream",
    )

    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(len(PDF))
    assert answer.headers["Upload-Verdict"] == Verdict.NOT_YET
    assert StagedFile.objects.get().token == get_token(answer.headers["Location"])


def test_it_may_come_in_pieces_and_be_asked_after_in_between(form_page):
    address = begin(form_page, NAME, len(PDF))

    for start in range(0, len(PDF), 20):
        answer = head(address)
        assert answer.status_code == 200
        assert answer.headers["Upload-Offset"] == str(start)
        assert answer.headers["Upload-Length"] == str(len(PDF))
        assert "Upload-Verdict" not in answer.headers
        assert patch(address, PDF[start : start + 20], start).status_code == 204

    assert StagedFile.objects.get().sha256 == hashlib.sha256(PDF).hexdigest()
    check_invariants(accepted=False)


def test_one_long_request_is_stored_in_pieces_of_bounded_size(form_page, monkeypatch):
    monkeypatch.setattr(append, "PIECE_BYTES", 7)
    address = begin(form_page, NAME, len(PDF))

    patch(address, PDF[:50], 0)

    sizes = list(UploadPart.objects.values_list("offset", "size", "is_counted"))
    assert sizes == [(start, min(7, 50 - start), True) for start in range(0, 50, 7)]
    assert patch(address, PDF[50:], 50).status_code == 204
    assert StagedFile.objects.get().sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize("is_whole", [True, False])
def test_asking_tells_name_and_time_and_is_kept_by_nobody(form_page, is_whole):
    address = begin(form_page, "a/b\u202e/" + NAME, len(PDF))
    if is_whole:
        patch(address, PDF, 0)

    answer = head(address)

    told = base64.b64encode(NAME.encode()).decode()
    assert answer.headers["Upload-Metadata"] == f"filename {told}"
    assert answer.headers["Upload-Expires"].endswith("GMT")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers.get("Upload-Verdict") == (Verdict.NOT_YET if is_whole else None)
    assert "Set-Cookie" not in answer.headers


def test_what_can_be_done_here_is_told_without_a_version():
    for address in (get_uploads_url(), f"{get_uploads_url()}/whatever"):
        answer = ask("OPTIONS", address, Tus_Resumable=None)

        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == (
            "creation,creation-with-upload,termination,expiration"
        )
        assert answer.headers["Tus-Max-Size"] == "10485760"


@pytest.mark.parametrize("sent", [0, 30, len(PDF)])
def test_an_ended_upload_leaves_nothing_and_is_not_there(form_page, sent):
    address = begin(form_page, NAME, len(PDF))
    patch(address, PDF[:sent], 0)

    assert delete(address).status_code == 204

    assert list_storage() == []
    assert not Upload.objects.exists()
    assert not StagedFile.objects.exists()
    assert [one(address).status_code for one in (head, delete)] == [404, 404]
    assert patch(address, PDF, 0).status_code == 404


def test_a_proxy_that_knows_only_post_is_helped(form_page):
    address = begin(form_page, NAME, len(PDF))

    answer = ask(
        "POST",
        address,
        PDF[:10],
        X_HTTP_Method_Override="PATCH",
        Content_Type="application/offset+octet-stream",
        Upload_Offset=0,
    )

    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == "10"
    assert ask("POST", address, X_HTTP_Method_Override="HEAD").headers["Upload-Offset"] == "10"
    assert ask("POST", address, X_HTTP_Method_Override="PURGE").status_code == 405
    assert ask("POST", address).status_code == 405
    assert ask("POST", address, X_HTTP_Method_Override="DELETE").status_code == 204
    assert not Upload.objects.exists()


# --- Checked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mood", "verdict"),
    [
        (Mood.CLEAN, Verdict.CLEAN),
        (Mood.ENCRYPTED, Verdict.UNSCANNABLE),
        (Mood.ERROR, Verdict.NOT_YET),
        (Mood.CLOSE_EARLY, Verdict.NOT_YET),
    ],
)
def test_the_last_byte_is_answered_with_the_verdict(form_page, clamd, mood, verdict):
    clamd.mood = mood

    address = send(form_page, "one.pdf", PDF)

    assert head(address).headers["Upload-Verdict"] == verdict
    assert StagedFile.objects.get().verdict == verdict


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("virus.txt", EICAR.encode(), "malware", "“virus.txt” did not pass the safety check"),
        ("paper.pdf", b"\x7fELF" + bytes(99), "type", "“paper.pdf” is not a kind of file"),
    ],
)
def test_a_refused_file_is_told_in_words_and_its_bytes_are_gone(
    form_page, clamd, name, content, code, words
):
    address = begin(form_page, name, len(content))
    patch(address, content[:10], 0)

    answer = patch(address, content[10:], 10)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert words in answer.json()["detail"]
    assert list_storage() == []
    assert not StagedFile.objects.exists()
    # Whoever missed the answer may ask again. A client that only asks how far it came is told
    # that it is gone, sends it again, and is told why.
    assert patch(address, b"", len(content)).json()["code"] == code
    asked = head(address)
    assert asked.status_code == 410
    assert asked.headers["Upload-Fault"] == code
    assert "Upload-Offset" not in asked.headers
    assert delete(address).status_code == 204
    assert head(address).status_code == 404


@pytest.mark.parametrize(("asked", "spoken"), [("ar", "ar"), ("tlh", "en"), ("", "en")])
def test_words_are_in_the_language_of_the_page_that_asks(form_page, asked, spoken):
    created = create(form_page, "a.exe", 4, address=f"{get_uploads_url()}?locale={asked}")

    answer = patch(created.headers["Location"], b"\x7fELF", 0)

    assert answer.status_code == 422
    assert answer.headers["Content-Language"] == spoken
    assert translation.get_language() == "en"


def test_a_refused_file_that_came_with_its_creation_is_told_too(form_page, clamd):
    answer = ask(
        "POST",
        get_uploads_url(),
        EICAR.encode(),
        Upload_Length=len(EICAR),
        Upload_Metadata=make_metadata(form_page, "virus.txt"),
        Content_Type="application/offset+octet-stream",
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == "malware"
    assert list_storage() == []


def test_malware_is_logged_by_its_hash_and_no_name_ever_is(form_page, clamd, caplog):
    caplog.set_level("DEBUG")

    patch(begin(form_page, "Petrova.txt", len(EICAR)), EICAR.encode(), 0)

    assert hashlib.sha256(EICAR.encode()).hexdigest() in caplog.text
    assert "Petrova" not in caplog.text


# --- In a request --------------------------------------------------------------------


def test_a_request_takes_uploads_byte_equal_and_once(form_page):
    papers = (Sent("one.pdf", PDF), Sent("two.jpg", JPEG))
    ids = [get_token(send(form_page, one.name, one.content)) for one in papers]

    follow(post(form_page, uploads=ids))

    submission = check_invariants(accepted=True, files=papers)
    assert [one.name for one in submission.attachments.all()] == ["one.pdf", "two.jpg"]
    assert not StagedFile.objects.exists()


def test_one_upload_cannot_be_in_two_requests(form_page):
    address = send(form_page, "one.pdf", PDF)
    post(form_page, uploads=[get_token(address)])

    second = post(form_page, uploads=[get_token(address)], message="Another request.")

    assert second.status_code == 422
    assert "A file that you sent before is no longer here" in second.content.decode()
    assert Submission.objects.count() == 1
    assert head(address).status_code == 404
    assert delete(address).status_code == 404
    check_invariants(accepted=True, files=(Sent("one.pdf", PDF),))


@pytest.mark.parametrize("sent", [0, 30])
def test_an_upload_that_is_not_whole_is_in_no_request(form_page, sent):
    address = begin(form_page, "one.pdf", len(PDF))
    patch(address, PDF[:sent], 0)

    assert post(form_page, uploads=[get_token(address)]).status_code == 422
    assert get_row(address).offset == sent


def test_an_upload_of_another_form_is_in_no_request(form_page):
    other = make_form_page(title="Other", slug="other")

    assert post(other, uploads=[get_token(send(form_page, "a.pdf", PDF))]).status_code == 422
    assert not Submission.objects.exists()


# --- In the page ---------------------------------------------------------------------


def test_the_form_says_where_uploads_go_and_holds_its_token(form_page):
    html = Client().get(form_page.url).content.decode()

    assert f'data-uploads-url="{get_uploads_url()}?locale=en"' in html
    token = html.split('name="form_token" value="')[1].split('"')[0]
    assert tokens.read_form_token(token).form_key == form_page.translation_key


def test_a_form_without_files_says_nothing_of_uploads(db):
    page = make_form_page(make_field("singleline", "name"))

    assert "data-uploads-url" not in Client().get(page.url).content.decode()


def test_a_host_without_the_api_has_a_form_that_works(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "API_NAMESPACE": "nowhere"}

    html = Client().get(form_page.url).content.decode()

    assert "data-uploads-url" not in html
    assert post(form_page, Sent("one.pdf", PDF)).status_code == 303


def test_the_same_request_with_a_fresh_form_token_is_still_the_same(form_page):
    first = post_body(form_page, make_body({**ANSWERS, "form_token": "one"}))
    second = post_body(form_page, make_body({**ANSWERS, "form_token": "two"}))

    assert (first.status_code, second.status_code) == (303, 303)
    assert Submission.objects.count() == 1
