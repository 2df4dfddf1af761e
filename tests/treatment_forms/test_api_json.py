"""Rubbish is told what it is, and never an error of ours."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.treatment_forms.calling import (
    ANSWERS,
    call,
    make_document,
    make_multipart,
    require_problem,
    require_receipt,
    send_document,
)
from tests.treatment_forms.posting import (
    BOUNDARY,
    PDF,
    Sent,
    check_invariants,
    file_part,
    text_part,
)
from treatment_forms.api import strict_json
from treatment_forms.errors import BodyBroken

GOOD = json.dumps(make_document())
WITH_ANSWER = GOOD.replace('"answers": {', '"answers": {%s, ')

RUBBISH = {
    "no JSON": b"full_name=Anna",
    "no UTF-8": GOOD.replace("Aigerim", "\xff").encode("latin-1"),
    "UTF-16": GOOD.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "NaN": (WITH_ANSWER % '"age": NaN').encode(),
    "infinite": (WITH_ANSWER % '"age": -Infinity').encode(),
    "a name twice": (WITH_ANSWER % '"email": "x@example.org"').encode(),
    "a member twice": (GOOD[:-1] + ', "locale": "ru"}').encode(),
    "half a character": (WITH_ANSWER % r'"note": "\ud83d"').encode(),
    "half a character in a name": (WITH_ANSWER % r'"\udc00": "x"').encode(),
    "a number beyond counting": (WITH_ANSWER % f'"age": {"9" * 5000}').encode(),
    "a raw line end": GOOD.replace("Our son", "Our\nson").encode(),
    "something after it": (GOOD + "{}").encode(),
    "deep": (WITH_ANSWER % f'"x": {"[" * 9}{"]" * 9}').encode(),
    "very deep": (WITH_ANSWER % f'"x": {"[" * 100_000}{"]" * 100_000}').encode(),
    "very deep and open": b'{"answers":' * 50_000,
}


@pytest.mark.django_db
def test_what_is_no_sound_json_is_refused_alone_and_with_files(form_page):
    files = (Sent("one.pdf", PDF),)

    for case, raw in RUBBISH.items():
        for response in (
            send_document(form_page, raw),
            send_multipart(form_page, make_multipart(raw, files)),
        ):
            assert response.status_code == 400, case
            require_problem(response, 400, "bad_request")

    check_invariants(accepted=False)


def send_multipart(page, body, kind=f"multipart/form-data; boundary={BOUNDARY}", **more):
    return call(
        "POST",
        f"/forms/{page.translation_key}/submissions",
        data=body,
        content_type=kind,
        headers={"Idempotency-Key": "one"},
        **more,
    )


def join(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


REQUEST = text_part("request", GOOD)
PAPER = file_part(Sent("one.pdf", PDF))
FRAMES = {
    "no request": join(PAPER),
    "a request twice": join(REQUEST, REQUEST),
    "another field": join(REQUEST, text_part("complete", "1")),
    "another file": join(REQUEST, file_part(Sent("one.pdf", PDF), "papers")),
    "the request once more, as a file": join(
        REQUEST, file_part(Sent("request.json", GOOD.encode()), "request")
    ),
    "nothing": join(),
    "no frame": b"x" * 100,
    "something after the end": join(REQUEST) + join(REQUEST),
}


@pytest.mark.django_db
def test_what_is_no_sound_multipart_body_is_refused(form_page):
    for case, body in FRAMES.items():
        response = send_multipart(form_page, body)

        assert response.status_code == 400, case
        assert response.json()["code"] in {"bad_request", "incomplete"}, case

    check_invariants(accepted=False)


MISFITS = [
    ({"locale": 5}, "/locale", "type"),
    ({"locale": None}, "/locale", "type"),
    ({"answers": []}, "/answers", "type"),
    ({"answers": {"a/b~": {}}}, "/answers/a~1b~0", "type"),
    ({"answers": {"x": ["a", 5]}}, "/answers/x", "type"),
    ({"manifest": None}, "/manifest", "type"),
    ({"manifest": [{}]}, "/manifest/0/name", "required"),
    ({"source_page": "5"}, "/source_page", "type"),
    ({"source_page": True}, "/source_page", "type"),
    ({"source_page": 10**30}, "/source_page", "type"),
    ({"consents": {}}, "/consents", "unknown"),
]


@pytest.mark.django_db
def test_what_does_not_fit_the_schema_is_pointed_at(form_page):
    for changes, pointer, code in MISFITS:
        document = {**make_document(), **changes}

        told = require_problem(send_document(form_page, document), 422, "invalid")

        assert (pointer, code) in [(one.get("pointer"), one["code"]) for one in told["errors"]]


@pytest.mark.django_db
def test_what_is_missing_is_pointed_at(form_page):
    told = require_problem(send_document(form_page, {}), 422, "invalid")

    assert {one["pointer"] for one in told["errors"]} == {"/locale", "/answers"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("length", "status", "code"),
    [
        ("", 411, "length_required"),
        ("many", 400, "bad_request"),
        ("٣", 400, "bad_request"),
        ("-1", 400, "bad_request"),
        (str(1024 * 1024 + 1), 413, "too_large"),
        ("9" * 5000, 413, "too_large"),
    ],
)
def test_a_length_that_cannot_be_is_refused_unread(form_page, length, status, code):
    response = send_multipart(
        form_page, GOOD.encode(), kind="application/json", CONTENT_LENGTH=length
    )

    require_problem(response, status, code)


@pytest.mark.django_db
def test_a_megabyte_of_json_is_read_and_no_more(form_page):
    padding = " " * (1024 * 1024 - len(GOOD))

    require_receipt(send_document(form_page, (GOOD + padding).encode()))
    require_problem(send_document(form_page, (GOOD + padding + " ").encode()), 413, "too_large")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/mixed", "x/y/z"]
)
def test_another_type_is_refused(form_page, kind):
    require_problem(send_multipart(form_page, GOOD.encode(), kind=kind), 415, "media_type")


def test_a_number_keeps_its_digits():
    told = strict_json.parse(b'{"a": 12345678901234.1234560, "b": 1e400, "c": 7}')

    assert told == {"a": "12345678901234.1234560", "b": "1e400", "c": 7}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary() | st.text().map(str.encode) | JSON_VALUES.map(lambda one: json.dumps(one)))
def test_whatever_comes_is_a_document_or_broken(raw):
    try:
        told = strict_json.parse(raw if isinstance(raw, bytes) else raw.encode())
    except BodyBroken:
        return
    assert isinstance(told, dict)


NAMES = st.sampled_from([*ANSWERS, "phone-country", "files", "x"]) | st.text()
ROOMY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db
@ROOMY
@given(answers=st.dictionaries(NAMES, JSON_VALUES, max_size=6))
def test_whatever_is_answered_is_taken_or_named(form_page, answers):
    document = make_document()
    document["answers"].update(answers)

    response = send_document(form_page, document)

    assert response.status_code in {201, 400, 422, 429}, response.content
    if response.status_code == 422:
        assert response.json()["errors"]
