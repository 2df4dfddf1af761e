"""How the content endpoints speak HTTP, and what they say to what they do not understand."""

import gzip
import logging
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from cms.api import api, content, cursors
from cms.api.frame import LANGUAGE
from cms.logs import DiscreetFormatter
from home.models import Disclaimer
from tests.factories import make_news
from tests.home.editor import make_administrator
from treatment_forms.api.problems import Problem
from treatment_forms.models import Alarm

pytestmark = pytest.mark.django_db
NUMBER = re.compile("[0-9a-f]{32}")


def get(path: str, **headers: str) -> Any:
    return Client(headers=headers).get(f"/api/v1/{path}")


@pytest.fixture
def article() -> Any:
    return make_news(title="A ward “for all”", slug="ward")


@pytest.fixture
def paths(article: Any) -> list[str]:
    return ["news", "news?fields=body", f"pages/{article.pk}", f"pages/by-path?path={article.url}",
            "locales", "site"]  # fmt: skip


def test_each_variant_has_a_strong_validator_of_its_own(paths):
    for path in paths:
        plain, packed = get(path), get(path, accept_encoding="br, gzip")

        assert plain["ETag"].startswith('"')
        if len(plain.content) >= 600:
            assert packed["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.content) == plain.content
            assert packed["ETag"] != plain["ETag"]
        for variant in (plain, packed):
            told = get(path, if_none_match=f'W/"x", {variant["ETag"]}', accept_encoding="gzip")
            assert (told.status_code, told.content) == (304, b"")
            assert told["ETag"] == variant["ETag"]
        assert get(path, if_none_match='"x"').content == plain.content
        assert "Content-Encoding" not in get(path, accept_encoding="gzip;q=0, br").headers


def test_whoever_caches_it_asks_us_again_and_nothing_of_the_visitor_counts(paths):
    for path in paths:
        response = get(path, accept_language="ru", cookie="sessionid=x")

        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert response["Vary"] == "Accept-Encoding"
        assert response["Content-Type"] == "application/json"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies
        assert response.content == get(path).content


def test_head_is_get_without_the_body(paths):
    for path in paths:
        whole, head = get(path), Client().head(f"/api/v1/{path}")

        assert head.content == b""
        for name in ("ETag", "Content-Length", "Content-Type", "Vary", "Cache-Control"):
            assert head[name] == whole[name]
        assert Client().post(f"/api/v1/{path}").status_code == 405


def test_every_answer_has_a_number_to_find_it_by(paths):
    own = str(uuid4())
    for path in [*paths, "nothing", "news?x=1", "openapi.json"]:
        assert get(path, x_request_id=own)["X-Request-ID"] == own
        for odd in ("<script>", "ada-example-1970", "442079460000"):  # might say who asks
            assert NUMBER.fullmatch(get(path, x_request_id=odd)["X-Request-ID"]), odd


def test_the_number_stands_in_the_log_and_nothing_else_that_was_asked(article, caplog):
    """A statement that fails, below the shortcut and below Ninja."""
    caplog.handler.setFormatter(DiscreetFormatter("%(name)s%(request)s %(message)s"))
    own = uuid4().hex

    with connection.execute_wrapper(fail):
        told = get("forms?locale=en", x_request_id=own)
        assert get("site?locale=ru", x_request_id=own).status_code == 500
    assert not Alarm.objects.exists()  # nobody had sent anything: staff have nothing to do

    assert told.status_code == 500
    lines = [line for line in caplog.text.splitlines() if "Request not taken" in line]
    assert len(lines) == 2
    for line in lines:
        assert f"[{own}]" in line
    assert "ada-example" not in caplog.text
    logging.getLogger("cms").error("Afterwards")
    assert own not in caplog.text.splitlines()[-1]


def fail(execute: Any, sql: str, *args: Any) -> Any:
    if "_alarm" not in sql:
        raise ValueError("ada-example")
    return execute(sql, *args)


def test_web_pages_of_other_origins_are_let_in_by_the_settings_alone(paths, settings):
    ours, theirs = "https://app.example.org", "https://evil.example.org"
    asks = {"origin": ours, "access-control-request-method": "GET"}
    assert "Access-Control-Allow-Origin" not in get("news", origin=ours).headers

    settings.API_ORIGINS = [ours]

    for path in [*paths, "nothing", "openapi.json"]:
        response = get(path, origin=ours)
        assert response["Access-Control-Allow-Origin"] == ours
        assert "Origin" in response["Vary"]
        assert "Upload-Verdict" in response["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Origin" not in get(path, origin=theirs).headers
        before = Client(headers=asks).options(f"/api/v1/{path}")
        assert before.status_code == 204
        assert "If-None-Match" in before["Access-Control-Allow-Headers"]


def test_a_new_disclaimer_is_in_every_answer_at_once_and_no_page_is_built(article):
    from cms.delivery.models import Document

    before = get(f"pages/{article.pk}")
    built_at = Document.objects.get(pk=article.pk).built_at
    disclaimer = Disclaimer.objects.get(locale__language_code="en")
    disclaimer.heading = "Ask a doctor first"
    disclaimer.save_revision(user=make_administrator()).publish(user=make_administrator())

    after, listed = get(f"pages/{article.pk}"), get("news?fields=card,body").json()

    version = Disclaimer.objects.get(pk=disclaimer.pk).version
    told = after.json()
    assert after["ETag"] != before["ETag"]
    assert get(f"pages/{article.pk}", if_none_match=before["ETag"]).status_code == 200
    assert [(d["heading"], d["version"]) for d in told["disclaimers"]] == [
        ("Ask a doctor first", version)
    ]
    assert told["page"]["disclaimers"] == [{"key": "general", "version": version}]
    assert [d["version"] for d in listed["disclaimers"]] == [version]
    assert listed["items"][0]["body"]["disclaimers"] == [{"key": "general", "version": version}]
    assert Document.objects.get(pk=article.pk).built_at == built_at


FORGED = cursors.write(("news", "en", ""), b"x", 2**64 - 1)  # no database has such a number
BAD: list[tuple[str, int, str, str]] = [
    ("news?nothing=1", 400, "unknown_parameter", "nothing"),
    ("news?locale=en&locale=ru", 400, "repeated_parameter", "locale"),
    ("clinics?category=news", 400, "unknown_parameter", "category"),
    ("news?category=%00", 400, "not_text", "category"),
    ("news?category=%ff%fe", 400, "not_text", "category"),
    ("news?%00=1", 400, "not_text", "%00"),
    ("news?%ff=1", 400, "not_text", "%ff"),
    ("news?cursor=rubbish", 400, "bad_cursor", "cursor"),
    ("news?cursor=%C3%A9", 400, "bad_cursor", "cursor"),
    ("news?cursor=", 400, "bad_cursor", "cursor"),
    (f"news?cursor={FORGED}", 400, "bad_cursor", "cursor"),
    ("news?limit=0", 422, "invalid", "limit"),
    ("news?limit=101", 422, "invalid", "limit"),
    ("news?limit=-1", 422, "invalid", "limit"),
    ("news?limit=9" + "9" * 5000, 422, "invalid", "limit"),
    ("news?limit=%D9%A3", 422, "invalid", "limit"),
    ("news?limit=0000000000000000002099999", 422, "invalid", "limit"),
    ("sync?limit=0000000000000000002099999", 422, "invalid", "limit"),
    ("news?clinic=00000000000000000020" + "9" * 50, 422, "invalid", "clinic"),
    ("news?since=yesterday", 422, "invalid", "since"),
    ("news?since=20260101", 422, "invalid", "since"),
    ("news?since=2026-W01-1", 422, "invalid", "since"),
    ("news?clinic=x", 422, "invalid", "clinic"),
    ("news?clinic=99999999999999999999", 422, "invalid", "clinic"),
    ("news?country=nz", 422, "invalid", "country"),
    ("news?category=a'b", 422, "invalid", "category"),
    ("news?fields=title", 422, "invalid", "fields"),
    ("news?fields=card,card", 422, "invalid", "fields"),
    ("news?locale=xx", 404, "unknown_locale", "locale"),
    ("news?locale=../en", 422, "invalid", "locale"),
    ("site?locale=xx", 404, "unknown_locale", "locale"),
    ("locales?locale=en", 400, "unknown_parameter", "locale"),
    ("pages/1?fallback=perhaps", 422, "invalid", "fallback"),
    ("pages/99999999999999999999", 422, "invalid", "id"),
    ("pages/9999999999999999999", 422, "invalid", "id"),
    ("pages/first", 422, "invalid", "id"),
    ("pages/0", 404, "not_found", ""),
    ("pages/by-path", 400, "missing_parameter", "path"),
    ("pages/by-path?path=en/news", 422, "invalid", "path"),
    ("pages/by-path?path=//evil.example.org", 422, "invalid", "path"),
    ("pages/by-path?path=/en/nothing/", 404, "not_found", ""),
    ("news?" + "&".join(f"a{n}=1" for n in range(30)), 400, "too_many_parameters", ""),
]


def test_what_is_not_understood_is_named():
    for path, *expected in BAD:
        response = get(path, accept_language="ru")

        told = response.json()
        assert [response.status_code, told["code"], told.get("field", "")] == expected, path
        assert response["Content-Type"] == "application/problem+json"
        assert "no-store" in response["Cache-Control"]
        assert response["Content-Language"] == "en"


def test_a_cursor_is_of_use_for_its_own_list_only(article):
    make_news(title="Other", slug="other")
    cursor = get("news?limit=1").json()["next"]

    assert get(f"news?limit=1&cursor={cursor}").status_code == 200
    assert get(f"news?fields=body&cursor={cursor}").status_code == 200
    for query in ("news?locale=ru&", "news?category=news&", "news?since=2020-01-01&", "clinics?"):
        assert get(f"{query}cursor={cursor}").json()["code"] == "bad_cursor"
    broken = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert get(f"news?cursor={broken}").status_code == 400
    assert cursors.read(("a",), cursors.write(("a",), b"x", 7)) == (b"x", 7)
    long = "category=" + "law" * 30
    told = cursors.write(("news", long, "specialty=orthopaedics"), b"x", 7)
    with pytest.raises(Problem):
        cursors.read(("news", long, "specialty=orthodontics"), told)


# --- The contract ---------------------------------------------------------------------

PARAMETERS = {
    "/api/v1/news": {*content.NEWS},
    "/api/v1/clinics": {*content.CLINICS},
    "/api/v1/pages/by-path": {*content.BY_PATH},
    "/api/v1/pages/{id}": {*content.LANGUAGE, "id"},
    "/api/v1/locales": set(),
    "/api/v1/site": {*LANGUAGE},
}


def test_the_contract_names_the_parameters_that_are_read():
    described = api.get_openapi_schema()["paths"]

    for path, names in PARAMETERS.items():
        assert {one["name"] for one in described[path]["get"]["parameters"]} == names
