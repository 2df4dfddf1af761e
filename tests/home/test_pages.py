"""Home page, plain pages, and the frame around every page."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.files.storage import default_storage
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.models import Locale, Site

from home.cards import readable_pages
from home.documents import build
from home.models import MedicalPage, SiteSettings, SiteTexts, StandardPage
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
from tests.treatment_forms.patients import read_mail
from tests.treatment_forms.posting import follow, post
from treatment_forms.models import Submission

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


def test_every_repeat_of_the_title_is_the_pages_own(client):
    page = make_news(title="Adults get <the> therapy")

    text = client.get(page.get_url()).content.decode()

    title = "Adults get &lt;the&gt; therapy"
    assert f"<title>{title} – Marus Media</title>" in text
    assert f'<meta property="og:title" content="{title}">' in text
    assert text.count("<h1") == text.count(f"{title}</h1>") == 1
    assert f'aria-current="page">{title}<' in text
    assert json.loads(re.search(r'ld\+json">(.*?)</script>', text)[1])["headline"] == page.title


def test_a_home_page_named_as_the_site_says_its_name_once(client):
    home = get_home()
    home.title = "Marus Media"
    home.save_revision().publish()

    assert "<title>Marus Media</title>" in client.get(home.get_url()).content.decode()


PERSON = {"name": "А", "qualification": "Б"}


@pytest.mark.parametrize(
    ("component", "shown"),
    [
        ("quote", {"value": {"text": "أ", "person": "ب", "role": "ج"}}),
        ("correction", {"value": {"text": "أ", "date": date(2026, 2, 6)}}),
        ("corrections", {"change_note": "أ", "changed_on": date(2026, 2, 6)}),
        ("byline", {"authors": [PERSON, PERSON], "review": None}),
    ],
)
def test_arabic_is_not_parted_by_latin_marks(component, shown):
    with translation.override("ar"):
        html = render_to_string(f"components/{component}.html", shown)

    words = strip_tags(html)
    assert "،" in words
    assert ("؛" in words) == (component == "byline")
    assert "," not in words
    assert ";" not in words


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


def test_who_arranges_and_who_pays_stand_beside_the_form(client):
    add_request_form()
    SiteTexts.objects.update_or_create(
        locale=Locale.get_default(), defaults={"arranged_by": "We do.", "paid_by": "Clinics & co."}
    )
    page, without = make_news(), make_news(title="Without", request_form="none")

    text = client.get(page.get_url()).content.decode()
    note = text.split('class="request__note"')[1].split("</section>")[0]

    assert "<p>We do.</p>" in note
    assert "<p>Clinics &amp; co.</p>" in note
    assert "We do." not in client.get(without.get_url()).content.decode()


def test_the_sites_contacts_stand_on_the_form_the_thanks_and_the_confirmation(client):
    form = add_request_form(
        phone="+44 20 7946 0000", whatsapp="+442079460001", telegram="example_care"
    )
    shown = client.get(form.get_url()).content.decode()
    thanks = follow(post(form)).content.decode()
    mail = read_mail(Submission.objects.get())
    confirmation = [mail.body, mail.alternatives[0][0]]

    for text in (shown, thanks, *confirmation):
        ways = re.sub(r"[\u2066-\u2069]", "", text.split("Other ways to reach us")[1])
        assert "+44 20 7946 0000" in ways
        assert "WhatsApp" in ways
        assert "Telegram" in ways


def add_request_form(**contacts: str) -> Any:
    form = make_form_page()
    defaults = {"request_page": form, **contacts}
    SiteSettings.objects.update_or_create(site=Site.objects.get(), defaults=defaults)
    return form


def test_a_pictures_rights_are_the_editors_to_say_and_its_licence_is_told_to_apps():
    image = make_image()
    edit_url = reverse("wagtailimages:edit", args=[image.pk])
    rights = {"rights_holder": "Example Hospital", "licence": "CC BY 4.0"}
    rights["licence_url"] = "https://creativecommons.org/licenses/by/4.0/"
    data = {"title": "Ward", "collection": image.collection_id, "people_consent": "none_shown"}

    saved = log_in(make_editor()).post(edit_url, {**data, **rights, "alt_texts_en": "A ward"})
    image.refresh_from_db()
    told = json.loads(build(make_news(hero=make_hero(image))).body)["hero"]

    assert saved.status_code == 302
    assert {name: getattr(image, name) for name in rights} == rights
    assert (told["licence"], told["licence_url"]) == (rights["licence"], rights["licence_url"])


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
