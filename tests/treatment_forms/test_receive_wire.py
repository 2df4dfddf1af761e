"""Requests that no client library would send, byte by byte to a running server."""

import inspect
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

import treatment_forms
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import (
    ANSWERS,
    BOUNDARY,
    JPEG,
    MIB,
    PDF,
    Sent,
    check_invariants,
    file_part,
    make_body,
    post_body,
    text_part,
)
from treatment_forms.errors import BodyBroken
from treatment_forms.models import StagedFile, Tally
from treatment_forms.services.read import get_boundary
from treatment_forms.views import find_flaw

PAPERS = (Sent("one.pdf", PDF), Sent("two.jpg", JPEG))
KIND = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()
COMPLETE = text_part("complete", "1")


def talk(live_server, page, body, *headers, length=None):
    """Send what is there, then hang up our side: what comes back, whole."""
    address = urlsplit(live_server.url)
    head = [
        f"POST {page.url} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Content-Type: {KIND}",
        "Connection: close",
        *headers,
        *([] if length is None else [f"Content-Length: {length}"]),
    ]
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return int(answer.split()[1]), answer.decode(errors="replace")


@pytest.mark.django_db(transaction=True)
def test_a_whole_body_over_the_wire_is_taken(live_server):
    body = make_body(ANSWERS, PAPERS)

    status, answer = talk(live_server, make_form_page(), body, length=len(body))

    assert status == 303
    assert "\r\nset-cookie" not in answer.lower()
    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db(transaction=True)
def test_a_body_cut_anywhere_is_told_and_leaves_nothing(live_server):
    page, body = make_form_page(), make_body(ANSWERS, PAPERS)
    ends = [body.index(b"\r\n--", at) for at in range(0, len(body) - 60, 97)]
    cuts = {0, 1, 50, len(body) - 1, len(body) - len(END), len(body) - 3, *ends}
    cuts |= set(range(2, len(body), 131))

    for cut in sorted(cuts):
        status, answer = talk(live_server, page, body[:cut], length=len(body))

        assert status == 400, cut
        assert "was not sent" in answer
        check_invariants(accepted=False)
        assert not StagedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_chunks_without_a_length_are_refused_in_words(live_server):
    body = make_body(ANSWERS)
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"

    status, answer = talk(live_server, make_form_page(), chunked, "Transfer-Encoding: chunked")

    assert status == 411
    assert "was not sent" in answer
    check_invariants(accepted=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        make_body(ANSWERS, PAPERS, is_complete=False),
        make_body({"complete": "1", **ANSWERS}, PAPERS, is_complete=False),
        make_body(ANSWERS, PAPERS).replace(COMPLETE, text_part("complete", "0")),
        make_body(ANSWERS, PAPERS).replace(COMPLETE, COMPLETE + file_part(Sent("a.pdf", PDF))),
        make_body(ANSWERS, PAPERS).replace(COMPLETE, COMPLETE + COMPLETE),
        make_body(ANSWERS, PAPERS)[: -len(END)],
    ],
    ids=["none", "first", "zero", "not last", "twice", "no end"],
)
def test_without_complete_as_its_last_field_a_body_was_cut(form_page, body):
    response = post_body(form_page, body)

    assert response.status_code == 400
    assert "did not arrive whole" in response.content.decode()
    check_invariants(accepted=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"no parts at all",
        b"text before\r\n" + make_body(ANSWERS),
        make_body(ANSWERS) + make_body(ANSWERS),
        make_body(ANSWERS).replace(b'; name="email"', b""),
        make_body(ANSWERS).replace(b"Content-Disposition", b"Content-Whatever", 1),
        make_body(ANSWERS, PAPERS).replace(b'filename="one.pdf"', b'filename=""'),
        make_body(ANSWERS).replace(COMPLETE, file_part(PAPERS[0], name="other") + COMPLETE),
        make_body(ANSWERS, PAPERS).replace(
            b"\r\nContent-Type", b"\r\nContent-Transfer-Encoding: base64\r\nContent-Type", 1
        ),
        make_body(ANSWERS, PAPERS).replace(b'filename="one.pdf"', b"filename*=a; filename*0=b"),
        make_body(ANSWERS, PAPERS).replace(b"octet-stream", b"octet-stream; b*=c; b*1=d", 1),
        make_body({**ANSWERS, "x": ["y"] * 501}),
        make_body({**ANSWERS, "message": "x" * (1024 * 1024 + 1)}),
        make_body(ANSWERS, (Sent("n" * 2000, PDF),)),
        make_body(ANSWERS, (Sent("a.txt", b"x"),) * 201),
    ],
    ids=[
        "rubbish",
        "text before",
        "text after",
        "no name",
        "no disposition",
        "file without name",
        "file elsewhere",
        "encoded",
        "name in two ways",
        "type in two ways",
        "fields",
        "text",
        "header",
        "files",
    ],
)
def test_bad_framing_is_refused_whole(form_page, body):
    response = post_body(form_page, body)

    assert response.status_code == 400
    check_invariants(accepted=False)
    assert not StagedFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\u00e9",
        f"multipart/form-data; boundary={'x' * 201}",
    ],
)
def test_a_body_without_a_good_boundary_is_refused(form_page, kind):
    assert post_body(form_page, make_body(ANSWERS), content_type=kind).status_code == 400
    check_invariants(accepted=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/mixed"],
)
def test_another_type_is_refused_in_words(form_page, kind):
    response = post_body(form_page, b"x=1", content_type=kind)

    assert response.status_code == 415
    assert "send the form from our own page" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://testserver:8080"}, 403),
        ({"Origin": "testserver"}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_another_site_is_told_by_its_headers(form_page, headers, status):
    response = post_body(form_page, make_body(ANSWERS, PAPERS), **headers)

    assert response.status_code == status
    check_invariants(accepted=status == 303, files=PAPERS)


@pytest.mark.django_db
def test_a_form_without_a_field_for_files_takes_none(form_page):
    form_page.fields.get(field_type="files").delete()

    assert post_body(form_page, make_body(ANSWERS, PAPERS)).status_code == 400
    assert post_body(form_page, make_body(ANSWERS)).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(form_page, method):
    response = getattr(Client(), method)(form_page.url)

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert response.content.decode() == "This address takes no such request."


@pytest.mark.django_db
def test_a_length_that_is_no_number_is_refused(form_page):
    response = Client().post(form_page.url, data=b"x", content_type=KIND, CONTENT_LENGTH="many")

    assert response.status_code == 400


@pytest.mark.parametrize("rest", ["; a*=x; a*0=y", "; a*=bogus'en'x"])
def test_a_boundary_among_what_cannot_be_read_is_none(rest):
    with pytest.raises(BodyBroken):
        get_boundary(KIND + rest)


@pytest.mark.django_db(transaction=True)
def test_a_body_bigger_than_all_files_together_is_refused_before_it_is_read(live_server):
    page = make_form_page(max_files=2, max_file_mb=1)

    status, answer = talk(live_server, page, make_body(ANSWERS)[:100], length=19 * MIB)

    assert status == 413
    assert "was not sent" in answer
    assert "up to 2 files, each up to 1\u202fMB" in answer
    assert not Tally.objects.exists()


@pytest.mark.django_db
def test_one_file_too_many_of_the_biggest_is_still_read_and_told(form_page):
    type(form_page).objects.update(max_files=2, max_file_mb=1)
    files = tuple(Sent(f"{number}.txt", b"x" * MIB) for number in range(3))

    response = post_body(form_page, make_body(ANSWERS, files))

    assert response.status_code == 422
    assert "“2.txt” was not kept" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["9" * 19, "9" * 5000])
def test_a_length_beyond_counting_is_refused(form_page, length):
    response = Client().post(form_page.url, data=b"x", content_type=KIND, CONTENT_LENGTH=length)

    assert response.status_code == 413


def test_the_readme_tells_every_status_that_a_post_is_refused_with_unread():
    readme = Path(treatment_forms.__file__).with_name("README.md").read_text()
    table = readme.partition("## What is posted")[2].partition("## Mail")[0]
    told = {
        number for row in table.splitlines() for number in re.findall(r"\b[345]\d\d\b", row[:25])
    }

    assert set(re.findall(r"Flaw\((\d+)", inspect.getsource(find_flaw))) <= told
