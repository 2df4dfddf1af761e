"""A new language starts with a list of what is missing, each line with the way to mend it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from articles.models import Category
from home.checklist import Card, get_cards
from home.models import Disclaimer, SiteSettings, SiteTexts, StandardPage
from home.twins import make_draft
from tests.factories import add_page, get_home, make_category, make_news
from tests.home.doors import translate_disclaimer
from tests.home.editor import enter, make_administrator
from tests.treatment_forms.pages import make_form_page

pytestmark = pytest.mark.django_db


def get_card(code: str) -> Card:
    return next(card for card in get_cards() if card.language.code == code)


def get_missing(code: str) -> set[str]:
    return {line.title for line in get_card(code).lines if not line.is_done}


@pytest.fixture
def site() -> Any:
    """An English site, whole."""
    make_category()
    SiteTexts.objects.update(tagline="Care abroad")
    add_page(get_home(), StandardPage(title="Privacy", slug="privacy", body=[]))
    form = make_form_page()
    settings = SiteSettings.for_site(get_home().get_site())
    settings.request_page = form
    settings.save()
    return settings


def test_the_sites_own_language_is_complete(site) -> None:
    assert get_missing("en") == set()


def test_a_language_that_wagtail_does_not_know_begins_with_adding_it(site) -> None:
    Locale.objects.filter(language_code="ar").delete()

    [line, *_others] = get_card("ar").lines

    assert not line.is_done
    assert line.url == reverse("wagtaillocales:add")


def test_a_new_language_lacks_everything_and_names_it(site) -> None:
    Locale.objects.get_or_create(language_code="ru")

    assert get_missing("ru") >= {
        "Home page",
        "Disclaimer “general”",
        "Site texts: tagline, who arranges and who pays, foot of the page",
        "Categories",
        "Request form, with its consents approved",
        "Privacy",
    }


def test_a_line_is_done_when_it_is_done(site) -> None:
    russian = Locale.objects.get_or_create(language_code="ru")[0]
    make_draft(get_home(), russian)
    assert "Home page" in get_missing("ru")  # a draft is not enough
    home = get_home().get_translation(russian)
    type(home).objects.filter(pk=home.pk).update(live=True)
    translate_disclaimer()
    assert "Disclaimer “general”" in get_missing("ru")
    Disclaimer.objects.filter(locale=russian).delete()
    translate_disclaimer(publish_as=make_administrator())
    category = Category.objects.get().copy_for_translation(russian)
    category.name = "Новости"
    category.save()

    assert not {"Home page", "Disclaimer “general”", "Categories"} & get_missing("ru")


def test_every_link_leads_somewhere(site) -> None:
    Locale.objects.get_or_create(language_code="ru")
    client = enter()

    answer = client.get(reverse("languages"))

    assert answer.status_code == 200
    lines = [line for card in answer.context["cards"] for line in card.lines]
    urls = {line.url for line in lines if line.url}
    assert {url: status for url in urls if (status := client.get(url).status_code) != 200} == {}
    assert all(line.url for line in lines if not line.is_done and "release" not in line.note)


def test_a_site_without_a_form_is_led_to_its_settings(site) -> None:
    SiteSettings.objects.update(request_page=None)

    [line] = [line for line in get_card("en").lines if "form" in line.note]

    assert enter().get(line.url, follow=True).status_code == 200


def test_the_list_is_for_staff(site) -> None:
    assert Client().get(reverse("languages")).status_code == 302


@pytest.mark.parametrize("code", ["ru", "ar"])
def test_no_medical_page_goes_live_in_a_language_without_its_own_disclaimer(code: str) -> None:
    locale = Locale.objects.get_or_create(language_code=code)[0]
    twin = make_draft(make_news(), locale)

    url = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    answer = enter().post(url, {"action": "publish"}, follow=True)

    assert answer.status_code == 200
    assert "no published and approved text in the page" in " ".join(
        str(message) for message in answer.context["messages"]
    )
    assert not type(twin).objects.get(pk=twin.pk).live
