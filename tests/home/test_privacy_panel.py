"""The editor of a page says who may read it, also where another page decides that."""

import re
from html import unescape

import pytest
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from tests.factories import get_home, make_news, make_translation
from tests.home.editor import enter

pytestmark = pytest.mark.django_db

ZONES = re.compile(
    r'<div class="([^"]*)" data-controller="w-zone".*?switch-key-value="(!?isPublic)"'
)


@pytest.fixture
def russian() -> Page:
    make_translation(get_home(), "ru", title="Главная")
    page: Page = make_translation(make_news(title="A new ward"), "ru", title="Новое отделение")
    return page


def open_editor(page: Page) -> str:
    response = enter().get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    return " ".join(unescape(response.content.decode()).split())


def says_public(text: str) -> bool:
    """Which of Wagtail's two sentences is not hidden."""
    hidden = {key: "w-hidden" in classes for classes, key in ZONES.findall(text)}
    assert hidden["isPublic"] is not hidden["!isPublic"]
    return hidden["!isPublic"]


def test_a_translation_of_a_closed_page_says_that_it_is_closed_and_by_which(russian: Page) -> None:
    text = open_editor(russian)
    assert says_public(text)
    assert "Closed together with" not in text
    original = russian.get_translations().get()

    PageViewRestriction.objects.create(page=original, restriction_type="login")

    text = open_editor(russian)
    edit = reverse("wagtailadmin_pages:edit", args=[original.pk])
    assert not says_public(text)
    assert f'Closed together with <a href="{edit}">“A new ward”</a> (English)' in text
    text = open_editor(original)
    assert not says_public(text)
    assert "Closed together with" not in text  # Wagtail's own dialog says it
