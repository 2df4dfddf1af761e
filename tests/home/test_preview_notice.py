"""A preview says why the page would be refused. Nobody but an editor reads it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import ClinicIndexPage, ClinicPage
from home.models import Disclaimer, StandardPage
from tests.cast import log_in, make_editor
from tests.factories import (
    add_page,
    get_home,
    make_clinic,
    make_clinic_index,
    make_image,
    make_news,
)
from tests.home.doors import WITHOUT_BLOCK
from tests.home.editor import fill_in

pytestmark = pytest.mark.django_db

NOTICE = "this page cannot be published as it is"


def preview(page: Any, **changes: Any) -> str:
    """What the editor's preview shows of these unsaved changes."""
    browser = log_in(make_editor())
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert browser.post(url, fill_in(page, **changes)).json()["is_valid"]
    return browser.get(url).content.decode()


def test_the_preview_lists_every_reason() -> None:
    page = make_news(live=False, body=WITHOUT_BLOCK, sources=[])

    shown = preview(page)

    assert NOTICE in shown
    assert "The body has no disclaimer." in shown
    assert "Name at least one source." in shown


def test_the_preview_judges_what_is_in_the_form_and_not_what_was_saved() -> None:
    page = make_news()

    assert NOTICE not in preview(page)
    assert "Name at least one source." in preview(page, sources=[])


def test_a_text_that_lost_its_approval_is_told_in_the_preview() -> None:
    page = make_clinic(live=False)
    Disclaimer.objects.update(body="<p>Buy now.</p>")

    assert "no published and approved text in the page" in preview(page)


def test_a_page_that_was_never_saved_is_judged_too() -> None:
    parent: ClinicIndexPage = make_clinic_index()
    page = ClinicPage(
        title="New", slug="new", lead="Short.", city="Port Alder", country="NZ", body=WITHOUT_BLOCK
    )
    page.locale = parent.locale
    browser = log_in(make_editor())
    args = ["articles", "clinicpage", parent.pk]
    url = reverse("wagtailadmin_pages:preview_on_add", args=args)

    assert browser.post(url, fill_in(page)).json()["is_valid"]

    assert "The body has no disclaimer." in browser.get(url).content.decode()


def test_a_plain_page_tells_of_a_picture_it_may_not_show() -> None:
    picture = make_image(title="Ward", people_consent="missing")
    body = [("picture", {"image": picture, "alt": "A ward"})]
    page = add_page(get_home(), StandardPage(title="About", slug="about", body=body), live=False)

    assert "shows people who have not agreed" in preview(page)


def test_the_draft_view_says_it_and_a_reader_never_reads_it() -> None:
    picture = make_image(title="Ward")
    page = make_news(social_image=picture)
    type(picture).objects.update(people_consent="missing")

    draft = log_in(make_editor()).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    read = Client().get(page.url)

    assert NOTICE in draft.content.decode()
    assert read.status_code == 200
    assert NOTICE not in read.content.decode()
