"""The API's own page: nothing from strangers, nothing inline, and it works all the same."""

from typing import Any

import pytest


@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_api_shows_every_endpoint_under_the_policy_of_all_pages(
    live_server: Any, page: Any
) -> None:
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    answer = page.goto(f"{live_server.url}/api/v1/docs")
    page.get_by_text("/api/v1/submissions/{reference}/files").wait_for()

    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert {url for url in asked if not url.startswith((live_server.url, "data:"))} == set()
    assert complaints == []
    assert page.context.cookies() == []
