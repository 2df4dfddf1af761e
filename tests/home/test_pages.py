"""Home page, plain pages, and the frame around every page."""

from datetime import UTC, date, datetime
from urllib.parse import urljoin

import pytest
from django.core.files.storage import default_storage
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Site

from home.cards import readable_pages
from home.models import MedicalPage, SiteSettings, StandardPage
from home.templatetags.site_tags import display_date
from tests.cast import log_in, make_editor
from tests.factories import (
    add_page,
    get_home,
    make_body,
    make_hero,
    make_image,
    make_news,
    make_news_index,
)
from tests.treatment_forms.pages import make_form_page

pytestmark = pytest.mark.django_db

TEXT = [("paragraph", "<p>Who we are.</p>")]


def make_plain(parent=None, **fields):
    fields = {"title": "About us", "slug": "about", "body": TEXT, **fields}
    return add_page(parent or get_home(), StandardPage(**fields))


@pytest.mark.parametrize(
    ("language", "day", "text"),
    [
        ("en", date(2026, 2, 5), "Feb 05, 2026"),
        ("en", datetime(2026, 2, 5, 12, tzinfo=UTC), "Feb 05, 2026"),
        ("ru", date(2026, 2, 5), "5 февраля 2026"),
        ("en", None, ""),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language, day, text):
    with translation.override(language):
        assert display_date(day) == text


def test_a_plain_page_shows_its_text_its_way_and_its_children(client):
    about = make_plain()
    child = make_plain(about, title="Funding", slug="funding")

    parent_page = client.get(about.get_url())
    page = client.get(child.get_url())

    assert "Who we are." in parent_page.content.decode()
    assert [link.title for link in parent_page.context["children"]] == ["Funding"]
    assert [link.title for link in page.context["breadcrumbs"]] == ["Home", "About us"]


def test_the_frame_leads_to_sections_in_menus_and_to_policies(client):
    make_news_index(show_in_menus=True)
    make_plain()

    frame = client.get(get_home().get_url()).context["frame"]

    assert [link.title for link in frame.navigation] == ["News"]
    assert [link.title for link in frame.footer_links] == ["About us"]
    assert frame.home_url == get_home().get_url()
    assert frame.request_url == ""


def test_the_frame_stands_also_without_a_page_and_a_request():
    text = Template("{% load site_tags %}{% site_frame as frame %}{{ frame.home_url }}")

    assert text.render(Context()) == "/en/"


def test_the_canonical_address_comes_from_the_site_and_not_from_who_asks(client):
    page = make_plain()

    text = client.get(page.get_url(), headers={"host": "127.0.0.1"}).content.decode()

    assert f'href="{page.full_url}"' in text
    assert "http://localhost/" in page.full_url


def test_a_shared_link_shows_the_chosen_picture_or_the_pages_own():
    own, chosen = make_image(), make_image()
    page = make_news(hero=make_hero(own))
    assert page.get_meta().image == own
    pictures = urljoin("http://localhost", default_storage.url("images/"))
    assert page.get_meta().image_url.startswith(pictures)

    page.social_image = chosen
    assert page.get_meta().image == chosen


def test_a_picture_that_may_not_be_shown_is_not_shared_either():
    page = make_news(hero=make_hero(make_image()))
    image = page.hero[0].value["image"]
    type(image).objects.filter(pk=image.pk).update(people_consent="missing")

    meta = type(page).objects.get(pk=page.pk).get_meta()

    assert meta.image is None
    assert meta.image_url == ""


class TestTheRequestForm:
    @pytest.fixture
    def form(self):
        form = make_form_page()
        site_settings = SiteSettings.for_site(Site.objects.get())
        site_settings.request_page = form
        site_settings.save()
        return form

    def of(self, page: MedicalPage):
        return page.get_request_page(SiteSettings.for_site(Site.objects.get()))

    def test_the_default_is_the_sites(self, form):
        assert self.of(make_news()) == form

    def test_a_page_may_have_another_or_none(self, form):
        other = make_form_page(title="Trial", slug="trial")

        assert self.of(make_news(request_form="another", request_page=other)) == other
        assert self.of(make_news(title="Second", request_form="none")) is None

    def test_a_form_that_is_a_draft_is_not_shown(self, form):
        page = make_news()
        form.unpublish()

        assert self.of(page) is None

    def test_a_form_in_another_language_only_is_not_shown(self, form):
        page = make_news()
        page.locale = Locale.objects.create(language_code="ru")

        assert self.of(page) is None


def test_cards_are_of_live_pages_in_the_readers_language():
    page = make_news(title="Shown")
    draft = make_news(title="Draft", live=False)
    russian = page.copy_for_translation(
        Locale.objects.create(language_code="ru"), copy_parents=True
    )

    assert [p.title for p in readable_pages([page, draft], page)] == ["Shown"]
    assert readable_pages([russian], page) == [page]
    assert readable_pages([page], russian) == []  # its translation is a draft

    type(page).objects.filter(pk=page.pk).update(body=[])
    assert readable_pages([page], page) == []  # without its disclaimer nobody may read it


def test_related_pages_and_the_request_call_are_drawn_in_the_body(client):
    other = make_news(title="The other one")
    body = make_body(("related_pages", {"heading": "See also", "pages": [other]}))
    page = make_news(title="This one", body=body)

    text = client.get(page.get_url()).content.decode()

    assert "See also" in text
    assert "The other one" in text


def test_a_picture_has_an_input_for_its_words_in_each_language():
    image = make_image(alt_texts={"en": "A quiet ward"})
    browser = log_in(make_editor())
    edit_url = reverse("wagtailimages:edit", args=[image.pk])

    text = browser.get(edit_url).content.decode()
    data = {"title": "Ward", "collection": image.collection_id, "people_consent": "none_shown"}
    answer = browser.post(
        edit_url, {**data, "alt_texts_en": "A ward", "alt_texts_ru": "Палата", "alt_texts_ar": ""}
    )

    image.refresh_from_db()
    assert answer.status_code == 302
    assert image.alt_texts == {"en": "A ward", "ru": "Палата"}
    assert 'value="A quiet ward"' in text
    assert 'dir="rtl"' in text


def test_no_page_gives_a_reader_a_cookie(client):
    for page in (get_home(), make_plain(), make_news(), make_news_index(slug="second")):
        assert not client.get(page.get_url()).cookies
