"""The contract of the API: its snapshot, its own pages, and what lies beside its endpoints."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client

from cms.api import api

SNAPSHOT = settings.BASE_DIR / "docs" / "api-snapshot.json"
REWRITE = (
    "python manage.py export_openapi_schema --api cms.api.api --indent 1 "
    "--output docs/api-snapshot.json"
)


def test_the_contract_is_the_one_in_the_repository():
    described = json.loads(json.dumps(api.get_openapi_schema(), default=str))

    told = f"The API has changed. Within v1 it only grows; if it did, run: {REWRITE}"
    assert described == json.loads(SNAPSHOT.read_text()), told


@pytest.mark.django_db
def test_the_contract_is_served_as_openapi_3_1():
    response = Client().get("/api/v1/openapi.json")

    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1.")
    assert response.json() == json.loads(SNAPSHOT.read_text())


@pytest.mark.django_db
def test_the_page_of_the_api_has_nothing_from_elsewhere_and_runs_nothing_inline():
    response = Client().get("/api/v1/docs")

    html = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    for address in re.findall(r"(?:src|href)=\"([^\"]+)\"", html):
        assert address.startswith("/static/")
    for attributes, text in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert not text.strip() or 'type="application/json"' in attributes
    assert "<style" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing", "/api/v1/news/", "/api/v1/%00"])
def test_what_is_not_there_is_a_problem(method, path):
    response = Client(enforce_csrf_checks=True).generic(method, path)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    if method != "HEAD":
        assert response.json()["code"] == "not_found"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/v1/docs"])
def test_what_is_only_read_takes_nothing(path):
    response = Client(enforce_csrf_checks=True).post(path)

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.json()["code"] == "method"


@pytest.mark.django_db
def test_the_language_of_an_answer_is_not_that_of_the_browser():
    response = Client().get("/api/v1/nothing", headers={"Accept-Language": "ru"})

    assert response.headers["Content-Language"] == "en"
    assert response.json()["detail"] == "There is nothing here."
