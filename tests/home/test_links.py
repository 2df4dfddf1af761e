"""Links in running text: to the reader's language, or no links."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.rich_text import expand_db_html

from articles.blocks import ClinicCardBlock
from articles.models import ClinicIndexPage, ClinicPage
from home.blocks import RelatedPagesBlock
from home.blocks.sections import SectionBlock
from home.models import StandardPage
from tests.factories import add_page, get_home, make_clinic
from tests.home.doors import make_russian, translate_disclaimer
from tests.home.editor import make_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> StandardPage:
    """A plain page with a Russian translation."""
    make_russian()
    page = add_page(get_home(), StandardPage(title="About", slug="about", body=[]))
    page.copy_for_translation(Locale.objects.get(language_code="ru"))
    Page.objects.filter(slug="about").update(live=True)
    return page


def link_to(page_id: object) -> str:
    return (
        f'<p>Read <a id="{page_id}" linktype="page">more <b>there</b></a>, <a href="/x">x</a>.</p>'
    )


def read(page_id: object, language: str) -> str:
    with translation.override(language):
        return str(expand_db_html(link_to(page_id)))


def test_a_link_leads_to_the_page_in_the_readers_language_whichever_it_names(about) -> None:
    twin = about.get_translation(Locale.objects.get(language_code="ru"))

    for named in (about, twin):
        assert f'<a href="{about.url}">more <b>there</b></a>' in read(named.pk, "en")
        assert f'<a href="{twin.url}">more <b>there</b></a>' in read(named.pk, "ru")


def close(page: Page) -> None:
    page.view_restrictions.create(restriction_type="login")


def take_down(page: Page) -> None:
    page.specific.unpublish()


@pytest.mark.parametrize("change", [close, take_down, Page.delete])
def test_words_stay_without_an_anchor_where_the_page_is_not_for_the_reader(about, change) -> None:
    change(Page.objects.get(pk=about.pk))

    shown = read(about.pk, "en")

    assert shown == '<p>Read more <b>there</b>, <a href="/x">x</a>.</p>'


@pytest.mark.parametrize("named", ["", "999999", "x", "1' OR 1=1"])
def test_a_link_to_nothing_is_no_link(named) -> None:
    assert read(named, "en") == '<p>Read more <b>there</b>, <a href="/x">x</a>.</p>'


def test_a_language_without_the_page_has_the_words_only(about) -> None:
    assert read(about.pk, "ar") == '<p>Read more <b>there</b>, <a href="/x">x</a>.</p>'


def test_many_links_cost_as_much_as_one(about) -> None:
    with CaptureQueriesContext(connection) as one:
        read(about.pk, "ru")
    with CaptureQueriesContext(connection) as many, translation.override("ru"):
        expand_db_html(link_to(about.pk) * 20)

    assert len(many) == len(one) <= 3  # the pages, what is private, where sites begin


def test_the_index_of_references_still_knows_what_is_linked(about) -> None:
    body = [("paragraph", link_to(about.pk))]
    page = add_page(get_home(), StandardPage(title="Other", slug="other", body=body))

    assert ReferenceIndex.get_references_to(about).filter(object_id=str(page.pk)).exists()


STATES = ["missing", "draft", "private", "live"]


@pytest.fixture(params=STATES)
def twin_state(request: pytest.FixtureRequest) -> str:
    """How the clinics and their section stand in Russian, for a site that speaks it."""
    make_russian()
    russian = Locale.objects.get(language_code="ru")
    translate_disclaimer(publish_as=make_administrator())
    clinic = make_clinic()
    if request.param != "missing":
        twin = clinic.copy_for_translation(russian, copy_parents=True)
        places = Page.objects.filter(pk__in=[twin.pk, twin.get_parent().pk])
        places.update(live=request.param != "draft")
        if request.param == "private":
            close(twin.get_parent())
    return str(request.param)


def show(block: Any, value: Any, reader: Page) -> dict[str, Any]:
    context: dict[str, Any] = block.get_context(block.normalize(value), {"page": reader})
    return context


def test_a_chosen_page_is_shown_in_the_readers_language_or_not_at_all(twin_state: str) -> None:
    clinic, section = ClinicPage.objects.first(), ClinicIndexPage.objects.first()
    reader = get_home().get_translation(Locale.objects.get(language_code="ru"))
    chosen = {"heading": "", "pages": [clinic]}

    cards = show(RelatedPagesBlock(), chosen, reader)["cards"]
    card = show(ClinicCardBlock(), {"clinic": clinic, "note": ""}, reader)["card"]
    listed = show(SectionBlock(), {"page": section, "heading": "", "count": 3}, reader)["section"]

    if twin_state != "live":
        assert (cards, card, listed) == ([], None, None)
        return
    shown = [cards[0].page, card.page, listed.cards[0].page]
    assert {page.locale.language_code for page in shown} == {"ru"}
