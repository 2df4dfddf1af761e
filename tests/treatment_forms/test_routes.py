"""Where a form is, is remembered for a minute; that it still is there, is asked each time."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.treatment_forms.pages import make_section
from tests.treatment_forms.posting import ANSWERS, follow, make_body, post, post_body
from treatment_forms import routes
from treatment_forms.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten():
    routes.places.clear()


def test_the_second_post_asks_less(form_page):
    with CaptureQueriesContext(connection) as first:
        follow(post(form_page, message="One"))
    with CaptureQueriesContext(connection) as second:
        follow(post(form_page, message="Two"))

    assert len(first) - len(second) >= 4


@pytest.mark.parametrize("change", ["unpublish", "move", "rename", "delete"])
def test_a_form_that_is_gone_takes_nothing_at_once(form_page, change):
    follow(post(form_page, message="One"))
    old = type(form_page).objects.get()
    old.url  # noqa: B018  (kept in memory)

    if change == "unpublish":
        form_page.unpublish()
    elif change == "move":
        form_page.move(make_section(), "last-child")
    elif change == "rename":
        form_page.slug = "renamed"
        form_page.save()
    else:
        form_page.delete()

    assert post(old, message="Two").status_code in {301, 404}  # a site may tell where it went
    assert Submission.objects.count() == 1


def test_what_an_editor_changed_counts_at_once(form_page):
    follow(post(form_page, message="One"))
    form_page.fields.filter(clean_name="phone").update(required=True)

    assert post(form_page, message="Two", phone="").status_code == 422


def test_it_is_forgotten_after_a_minute(form_page, monkeypatch):
    follow(post(form_page, message="One"))
    later = time.monotonic() + routes.REMEMBERED_SECONDS + 1
    monkeypatch.setattr(routes.time, "monotonic", lambda: later)

    with CaptureQueriesContext(connection) as queries:
        follow(post(form_page, message="Two"))

    assert any("wagtailcore_site" in query["sql"] for query in queries)


def test_no_more_is_remembered_than_there_is_room_for(form_page, monkeypatch):
    monkeypatch.setattr(routes, "MOST_REMEMBERED", 1)
    body = make_body(ANSWERS)

    for host in ("localhost", "127.0.0.1"):
        post_body(form_page, body, host=host)

    assert len(routes.places) == 1
