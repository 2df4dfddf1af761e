"""Two translators at one string, each in a browser of their own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import override_settings
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from tests.factories import make_news
from tests.home.doors import make_russian
from tests.home.test_translations_bad_input import enter_as

ROW = "li:has(> .title)"  # the title's, in localize's editor


@pytest.fixture
def address(live_server: Any) -> Iterator[str]:
    """The editor of a Russian page in which nothing is translated yet."""
    make_russian()
    page, locale = make_news(), Locale.objects.get(language_code="ru")
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    enter_as("Anna").post(submit, {"locales": [locale.pk]})
    edit = reverse("wagtailadmin_pages:edit", args=[page.get_translation(locale).pk])
    with override_settings(ALLOWED_HOSTS=["*"]):
        yield f"{live_server.url}{edit}"


def enter_editor(browser: Any, name: str, address: str) -> Any:
    session = enter_as(name).cookies["sessionid"].value
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto(address)
    page.locator(ROW).wait_for()
    return page


def write(page: Any, text: str) -> None:
    row = page.locator(ROW)
    row.get_by_role("button").click()  # "Translate", later "Edit"
    row.locator("textarea").fill(text)
    row.get_by_role("button", name="Save").click()


def see(page: Any, text: str, part: str = ROW) -> None:
    page.locator(part).get_by_text(text).wait_for(timeout=10_000)


def get_stored() -> str:
    return StringTranslation.objects.get(context__path="title").data


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_translators_reads_both_texts_and_decides(
    address: str, browser: Any
) -> None:
    anna, boris = (enter_editor(browser, name, address) for name in ("Anna", "Boris"))

    write(anna, "Отделение")
    see(anna, "Translated manually")
    write(boris, "Палата")
    see(boris, "Anna T. changed this text while you were at it")
    see(boris, "Yours was not saved: “Палата”")
    assert boris.locator(f"{ROW} p >> text='Отделение'").count() == 1
    assert get_stored() == "Отделение"

    write(boris, "Палата")  # he has read hers
    see(boris, "Translated manually")
    assert get_stored() == "Палата"

    write(anna, "")  # she does not know that it is his by now
    see(anna, "Boris T. changed this text while you were at it, so it was not deleted", ".messages")
    assert get_stored() == "Палата"
