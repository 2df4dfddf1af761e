"""A link that shows the app one version of a page, as it would be published."""

import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from cms.api import tokens
from tests.cast import log_in, make_coordinator, make_editor
from tests.factories import make_body, make_hero, make_news

HOUR = 3600


def make_link(client: Client, page: Any, version: Any = None) -> str:
    version = version or page.latest_revision
    address = f"/admin/pages/{page.pk}/preview-in-app/"
    response = client.post(address, {"version": version.pk})
    found = re.search(r'href="http[^"]*(/api/v1/preview/[^"]+)"', response.content.decode())
    assert response.status_code == 200
    return found[1] if found else ""


@pytest.mark.django_db
def test_a_draft_is_shown_as_it_would_be_published():
    news = make_news(title="Published", hero=make_hero(decorative=True))
    news.title = "Not yet"
    draft = news.save_revision()

    response = Client().get(make_link(log_in(make_editor()), news, draft))

    told = response.json()
    assert told["page"]["title"] == "Not yet"
    assert told["page"]["is_preview"] is True
    assert [one["key"] for one in told["disclaimers"]] == ["general"]
    assert {one["name"] for one in told["page"]["hero"]["renditions"]} == {
        "wide_small",
        "wide_large",
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "ETag" not in response.headers
    assert not response.cookies


@pytest.mark.django_db
def test_every_version_has_its_own_link_also_of_a_private_page():
    news = make_news(title="First", live=False)
    news.title = "Second"
    news.save_revision()
    PageViewRestriction.objects.create(page=news, restriction_type="login")
    editor = log_in(make_editor())

    versions = news.revisions.order_by("pk")
    titles = [
        Client().get(make_link(editor, news, version)).json()["page"]["title"]
        for version in versions
    ]

    assert titles == ["First", "Second"]


@pytest.mark.django_db
def test_the_editor_leads_to_the_links():
    news = make_news()
    address = f"/admin/pages/{news.pk}/preview-in-app/"
    editor = log_in(make_editor())

    assert address in editor.get(f"/admin/pages/{news.pk}/edit/").content.decode()
    assert "Make a link" in editor.get(address).content.decode()


@pytest.mark.django_db
def test_only_who_may_edit_the_page_makes_a_link():
    news = make_news()
    address = f"/admin/pages/{news.pk}/preview-in-app/"
    data = {"version": news.latest_revision_id}

    for client in (Client(), log_in(make_coordinator())):
        response = client.post(address, data)
        assert response.status_code == 302
        assert "preview" not in response.headers["Location"].split("?")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "x", "0", "9" * 30, "-1", "²"])
def test_a_version_that_is_not_there_is_not_found(version):
    news = make_news()

    response = log_in(make_editor()).post(
        f"/admin/pages/{news.pk}/preview-in-app/", {"version": version}
    )

    assert response.status_code == 404


@pytest.mark.django_db
def test_what_opens_nothing_is_answered_the_same_whatever_is_wrong(caplog):
    news, other = make_news(), make_news(title="Other", slug="other")
    good = tokens.make(news.latest_revision)
    foreign = tokens.make(other.latest_revision)
    bodiless = make_news(title="Bare", slug="bare", live=False)
    bodiless.body = []
    refused = tokens.make(bodiless.save_revision())
    assert Client().get(f"/api/v1/preview/{good}").status_code == 200
    past = time.time() - HOUR - 2
    with patch("django.core.signing.time.time", return_value=past):
        expired = tokens.make(news.latest_revision)
    other.delete()
    tampered = good[:-1] + ("a" if good[-1] != "a" else "b")

    answers = [
        Client().get(f"/api/v1/preview/{token}")
        for token in (expired, tampered, foreign, refused, "x", "a:b:c", good + "x")
    ]

    assert {response.status_code for response in answers} == {404}
    lines = [line.getMessage() for line in caplog.records if line.levelname == "WARNING"]
    assert lines == ["Preview: there is no such version"] * len(answers)
    assert len({response.content for response in answers}) == 1
    assert not Page.objects.filter(pk=other.pk).exists()


@pytest.mark.django_db
def test_a_preview_shows_nothing_private_of_another_page():
    secret = make_news(title="Needle", slug="needle")
    blocks = make_body(
        ("paragraph", f'<p><a linktype="page" id="{secret.pk}">On</a></p>'),
        ("related_pages", {"heading": "", "pages": [secret]}),
    )
    news = make_news(title="Open", slug="open", body=blocks)
    assert b"needle" in Client().get(f"/api/v1/preview/{tokens.make(news.latest_revision)}").content

    secret.unpublish()

    told = Client().get(f"/api/v1/preview/{tokens.make(news.latest_revision)}").content
    assert b"eedle" not in told
