"""What a reader's page asks of the database does not grow with what it shows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import NewsAuthor, NewsPage
from home.models import SiteSettings
from tests.factories import (
    get_home,
    make_body,
    make_clinic,
    make_hero,
    make_image,
    make_news,
    make_news_index,
    make_person,
)
from tests.treatment_forms.pages import make_form_page
from treatment_forms.models import TreatmentFormField, TreatmentFormPage

pytestmark = pytest.mark.django_db

NEWS_PAGE_MAX = 32
INDEX_MAX = 22


def count(client, url: str) -> int:
    """The queries of a page whose pictures have been rendered before."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def make_full_news(number: int, blocks: int = 1) -> NewsPage:
    paragraphs = [("paragraph", "<p>The ward opens in spring.</p>")] * blocks
    page = make_news(
        title=f"News {number}",
        display_date=date(2026, 2, 1 + number),
        hero=make_hero(make_image(title=f"Picture {number}")),
        body=make_body(*paragraphs),
        live=False,
    )
    page.authors = [NewsAuthor(person=make_person())]
    page.save_revision().publish()
    return page


def test_an_index_of_twelve_costs_what_an_index_of_two_costs(client):
    index = make_news_index()
    for number in range(2):
        make_full_news(number)
    few = count(client, index.get_url())
    for number in range(2, 12):
        make_full_news(number)

    many = count(client, index.get_url())

    assert len(client.get(index.get_url()).context["cards"]) == 12
    assert many == few
    assert many <= INDEX_MAX


def test_an_article_of_thirty_blocks_costs_what_one_of_two_costs(client):
    short, long = make_full_news(1, blocks=2), make_full_news(2, blocks=30)

    few, many = count(client, short.get_url()), count(client, long.get_url())

    assert many == few
    assert many <= NEWS_PAGE_MAX


def test_the_home_page_asks_no_more_for_more_cards(client):
    home = get_home()
    first = make_full_news(0)
    section = {"page": first.get_parent(), "heading": "", "count": 12}
    home.sections = [("section", section)]
    home.save_revision().publish()
    few = count(client, home.get_url())
    for number in range(1, 8):
        make_full_news(number)

    assert count(client, home.get_url()) == few


@pytest.mark.parametrize("make", [get_home, make_news, make_news_index])
def test_a_form_in_the_head_the_menu_and_below_the_text_is_looked_up_once(client, make):
    form = make_form_page(show_in_menus=True)
    SiteSettings.objects.create(site=form.get_site(), request_page=form)
    url = make().get_url()
    assert form.get_url() in client.get(url).content.decode()

    with CaptureQueriesContext(connection) as queries:
        client.get(url)

    for table in (TreatmentFormPage, TreatmentFormField):
        asked = [one["sql"] for one in queries if f'FROM "{table._meta.db_table}"' in one["sql"]]
        assert len(asked) == 1, asked


def test_a_list_of_clinics_asks_no_more_for_more_clinics(client):
    index = make_clinic(title="Clinic 0").get_parent()
    few = count(client, index.get_url())
    for number in range(1, 9):
        make_clinic(title=f"Clinic {number}")

    assert count(client, index.get_url()) == few
