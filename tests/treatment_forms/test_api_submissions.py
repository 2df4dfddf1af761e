"""An app sends a request: whole, once, or not at all."""

import pytest

from tests.treatment_forms.calling import (
    ANSWERS,
    call,
    describe_upload,
    make_document,
    make_multipart,
    require_problem,
    require_receipt,
    send,
    send_document,
)
from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.posting import (
    BOUNDARY,
    DICOM,
    JPEG,
    MIB,
    PDF,
    PNG,
    Sent,
    check_invariants,
    list_storage,
    post,
)
from tests.wire.clamd import EICAR, Mood
from treatment_forms import tokens
from treatment_forms.models import StagedFile, Submission

PAPERS = (Sent("one.pdf", PDF), Sent("снимок “2”.png", PNG), Sent("100%22.jpg", JPEG))


@pytest.mark.django_db
def test_a_request_without_files_is_json(form_page):
    told = require_receipt(send(form_page))

    submission = check_invariants(accepted=True)
    assert told["reference"] == submission.reference
    assert told["state"] == "received"
    assert told["files"] == []
    assert tokens.read_status_token(told["status_token"]) == submission.reference
    assert told["status_url"].endswith(f"/api/v1/submissions/{submission.reference}")
    assert told["status_token"] not in told["status_url"]


@pytest.mark.django_db
def test_the_answers_are_kept_as_those_of_the_page_are(form_page):
    send(form_page)
    by_api = Submission.objects.get()
    post(form_page, phone="+77012345678", message="Another message, else the same")
    by_page = Submission.objects.exclude(pk=by_api.pk).get()

    assert {**by_api.answers, "message": ""} == {**by_page.answers, "message": ""}
    assert by_api.form_snapshot == by_page.form_snapshot
    assert by_api.topic == by_page.topic
    wordings = [[one.text_id for one in row.consents.all()] for row in (by_api, by_page)]
    assert wordings[0] == wordings[1] != []


@pytest.mark.django_db
def test_each_kind_of_field_has_its_json_type():
    page = make_form_page(
        make_field("checkboxes", "days", choices="mon|Monday\ntue|Tuesday"),
        make_field("checkbox", "urgent", required=False),
        make_field("number", "age"),
        make_field("number", "weight"),
        make_field("number", "dose"),
        make_field("date", "born"),
        make_field("url", "link"),
        make_field("phone", "mobile"),
        make_field("multiline", "story"),
        make_field("singleline", "nothing", required=False),
    )
    answers = {
        "days": ["mon", "tue"],
        "urgent": False,
        "age": 42,
        "weight": "71.25",
        "born": "1984-02-29",
        "link": "https://example.org/",
        "mobile": "020 7946 0958",
        "mobile-country": "GB",
        "story": "One\r\nTwo 🙂",
        "nothing": None,
    }
    document = make_document(**dict.fromkeys(ANSWERS), **answers)
    raw = str(document).replace("None", "null").replace("False", "false")
    raw = raw.replace("'", '"').replace('"age"', '"dose": 12345678901234.123456, "age"')

    require_receipt(send_document(page, raw.encode()))

    assert Submission.objects.get().answers == {
        "days": ["mon", "tue"],
        "urgent": False,
        "age": "42",
        "weight": "71.25",
        "dose": "12345678901234.123456",
        "born": "1984-02-29",
        "link": "https://example.org/",
        "mobile": "+442079460958",
        "story": "One\nTwo 🙂",
        "nothing": "",
    }


@pytest.mark.django_db
def test_files_in_one_call_are_kept_byte_for_byte(form_page, clamd):
    told = require_receipt(send(form_page, *PAPERS))

    submission = check_invariants(accepted=True, files=PAPERS)
    assert [file["name"] for file in told["files"]] == ["one.pdf", "снимок “2”.png", "100%22.jpg"]
    assert [file["state"] for file in told["files"]] == ["clean"] * 3
    assert [one.name for one in submission.attachments.all()] == [
        file["name"] for file in told["files"]
    ]


@pytest.mark.django_db
def test_the_json_may_come_as_javascript_sends_a_blob(form_page):
    document = make_multipart(make_document(PAPERS[0]), PAPERS[:1])
    named = document.replace(b'name="request"', b'name="request"; filename="blob"')

    kind = f"multipart/form-data; boundary={BOUNDARY}"
    path = f"/forms/{form_page.translation_key}/submissions"
    key = {"Idempotency-Key": "1"}

    require_receipt(call("POST", path, data=named, content_type=kind, headers=key))

    check_invariants(accepted=True, files=PAPERS[:1])


@pytest.mark.django_db
def test_files_that_came_before_go_with_those_of_this_call(form_page):
    send(form_page, PAPERS[0], email="nobody")
    first = StagedFile.objects.get()
    document = make_document(PAPERS[1])
    document["manifest"].append(describe_upload(first))

    told = require_receipt(send_document(form_page, document, PAPERS[1]))

    assert [file["state"] for file in told["files"]] == ["not_yet"] * 2
    check_invariants(accepted=True, files=PAPERS[:1] + PAPERS[1:2])


@pytest.mark.django_db
@pytest.mark.parametrize("mood", [Mood.CLOSE_SILENT, Mood.ERROR, Mood.RUBBISH, Mood.CLOSE_EARLY])
def test_a_scanner_in_trouble_keeps_no_request_away(form_page, clamd, mood):
    clamd.mood = mood

    told = require_receipt(send(form_page, *PAPERS))

    assert {file["state"] for file in told["files"]} == {"not_yet"}
    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db
def test_what_is_wrong_is_told_by_field_and_file_and_what_is_right_is_kept(form_page, clamd):
    bad = Sent("evil.txt", EICAR.encode())

    response = send(form_page, PAPERS[0], bad, email="anna", consent=False, country="XX")

    told = require_problem(response, 422, "invalid")
    by_field = {one["field"]: one["code"] for one in told["errors"] if "field" in one}
    assert by_field == {"email": "invalid", "consent": "required", "country": "invalid_choice"}
    [file] = [one for one in told["errors"] if "file" in one]
    assert (file["file"], file["code"]) == (1, "malware")
    assert "evil.txt" in file["detail"]
    [kept] = told["kept"]
    assert kept == describe_upload(StagedFile.objects.get())
    check_invariants(accepted=False)

    document = make_document(manifest=[kept])
    require_receipt(send_document(form_page, document))
    check_invariants(accepted=True, files=PAPERS[:1])


FAULTY = {
    "empty": Sent("a.txt", b""),
    "too_big": Sent("a.txt", b"x" * (10 * MIB + 1)),
    "type": Sent("a.exe", b"MZ" + bytes(100)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", FAULTY)
def test_a_file_that_cannot_be_taken_is_named(form_page, code):
    told = require_problem(send(form_page, PAPERS[0], FAULTY[code]), 422, "invalid")

    assert [(one["file"], one["code"]) for one in told["errors"]] == [(1, code)]
    assert len(told["kept"]) == 1
    check_invariants(accepted=False)


@pytest.mark.django_db
def test_ten_mebibytes_are_taken(form_page):
    big = Sent("a.txt", b"x" * 10 * MIB)

    require_receipt(send(form_page, big))

    check_invariants(accepted=True, files=(big,))


@pytest.mark.django_db
def test_the_eleventh_file_is_one_too_many(form_page):
    files = [Sent(f"{number}.dcm", DICOM + bytes([number])) for number in range(11)]

    told = require_problem(send(form_page, *files), 422, "invalid")

    assert [(one["file"], one["code"]) for one in told["errors"]] == [(10, "too_many")]
    assert len(told["kept"]) == 10


@pytest.mark.django_db
def test_an_upload_that_is_gone_is_named(form_page):
    send(form_page, PAPERS[0], email="nobody")
    entry = describe_upload(StagedFile.objects.get())
    gone = {**entry, "upload": "nobody-has-this"}

    response = send_document(form_page, make_document(manifest=[entry, gone]))

    told = require_problem(response, 422, "invalid")
    assert [(one["file"], one["code"]) for one in told["errors"]] == [(1, "gone")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"shoe_size": "42"}, ("shoe_size", "unknown")),
        ({"files": "x"}, ("files", "unknown")),
        ({"email": 5}, ("email", "type")),
        ({"email": True}, ("email", "type")),
        ({"email": ["a@example.org"]}, ("email", "type")),
        ({"consent": "on"}, ("consent", "type")),
        ({"consent": None}, ("consent", "required")),
        ({"email": None}, ("email", "required")),
        ({"full_name": "Anna\r\nBcc: all@example.org"}, ("full_name", "one_line")),
        ({"message": "a\0b"}, ("message", "null_characters_not_allowed")),
        ({"message": "a" * 10_001}, ("message", "max_length")),
        ({"phone": "5"}, ("phone", "invalid")),
        ({"phone-country": "KZ\0"}, ("phone", "one_line")),
        ({"topic": "weather"}, ("topic", "invalid_choice")),
    ],
)
def test_an_answer_that_does_not_fit_is_named(form_page, change, error):
    told = require_problem(send(form_page, **change), 422, "invalid")

    assert error in [(one.get("field"), one["code"]) for one in told["errors"]]
    assert all(one["detail"] for one in told["errors"])
    check_invariants(accepted=False)


@pytest.mark.django_db
def test_a_closed_country_is_refused_as_on_the_page(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLOSED_COUNTRIES": ["KZ"]}

    told = require_problem(send(form_page), 422, "invalid")

    assert [(one["field"], one["code"]) for one in told["errors"]] == [
        ("country", "closed_country")
    ]


@pytest.mark.django_db
def test_a_form_without_a_place_for_files_takes_none():
    page = make_form_page(make_field("singleline", "name"))
    document = make_document(PAPERS[0], **dict.fromkeys(ANSWERS), name="Anna")

    told = require_problem(send_document(page, document, PAPERS[0]), 422, "invalid")

    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/manifest", "no_files")]
    check_invariants(accepted=False)


@pytest.mark.django_db
def test_a_form_that_wants_a_file_says_so():
    page = make_form_page(make_field("files", "files", required=True))
    document = make_document(**dict.fromkeys(ANSWERS))

    told = require_problem(send_document(page, document), 422, "invalid")

    assert [one["code"] for one in told["errors"]] == ["required"]


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["ru", "xx", "en\0", "EN"])
def test_a_language_in_which_the_form_is_not_there_is_not_found(form_page, locale):
    require_problem(send(form_page, locale=locale), 404, "not_found")


@pytest.mark.django_db
def test_a_form_that_nobody_may_see_is_not_found(form_page):
    form_page.unpublish()

    require_problem(send(form_page), 404, "not_found")
    form_page.translation_key = "no-uuid"
    require_problem(send(form_page), 404, "not_found")


@pytest.mark.django_db
def test_errors_are_told_in_the_language_of_the_form_and_no_other(form_page):
    response = send_document(
        form_page, make_document(email=None), **{"Accept-Language": "ru", "Cookie": "a=b"}
    )

    told = require_problem(response, 422, "invalid")
    assert "e-mail address" in told["errors"][0]["detail"]
    assert response.headers["Content-Language"] == "en"


@pytest.mark.django_db
def test_too_many_requests_are_told_when_to_come_again(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "1/10m"}
    require_receipt(send(form_page))

    response = send(form_page, *PAPERS)

    told = require_problem(response, 429, "too_many_requests")
    assert 0 < int(response.headers["Retry-After"]) <= 601
    assert len(told["kept"]) == len(PAPERS)


@pytest.mark.django_db
def test_too_many_megabytes_are_told_when_to_come_again(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "1/1h"}
    key = "the-same"
    require_receipt(send(form_page, *PAPERS, key=key))

    require_problem(send(form_page, *PAPERS), 429, "too_many_requests")
    require_receipt(send(form_page, *PAPERS, key=key), 200)
    check_invariants(accepted=True, files=PAPERS)
    assert len(list_storage()) == len(PAPERS)


@pytest.mark.django_db
def test_a_storage_that_is_down_is_told_and_leaves_the_key_free(form_page, settings, tmp_path):
    works = settings.STORAGES
    (tmp_path / "broken").touch()
    broken = {**works["attachments"], "OPTIONS": {"location": tmp_path / "broken"}}
    settings.STORAGES = {**works, "attachments": broken}

    response = send(form_page, *PAPERS, key="one")

    require_problem(response, 503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert not Submission.objects.exists()
    settings.STORAGES = works
    require_receipt(send(form_page, *PAPERS, key="one"))


@pytest.mark.django_db
def test_another_site_may_send_because_nothing_counts_but_what_is_sent(form_page):
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    require_receipt(send_document(form_page, make_document(), **headers))


@pytest.mark.django_db
def test_a_page_that_its_sender_came_from_is_kept(form_page):
    document = make_document()
    document["source_page"] = form_page.pk

    require_receipt(send_document(form_page, document))

    assert Submission.objects.get().source_page_id == form_page.pk
