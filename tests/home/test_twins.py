"""What is missing in a language is made as a draft to be translated, by whatever door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, Translation

from articles.models import NewsPage
from home.twins import make_draft
from tests.factories import get_home, make_news
from tests.home.doors import make_russian, translate_disclaimer
from tests.home.editor import enter, make_administrator
from tests.treatment_forms.pages import make_form_page
from treatment_forms.models import TreatmentFormPage

pytestmark = pytest.mark.django_db

Door = Callable[[NewsPage, Locale], Any]


def submit(page: NewsPage, locale: Locale) -> None:
    url = reverse("wagtail_localize:submit_page_translation", args=(page.pk,))
    enter().post(url, {"locales": [locale.pk]})


def copy(page: NewsPage, locale: Locale) -> None:
    page.copy_for_translation(locale, copy_parents=True)


def copy_as_alias(page: NewsPage, locale: Locale) -> None:
    page.copy_for_translation(locale, copy_parents=True, alias=True)


def act(page: NewsPage, locale: Locale) -> None:
    CopyPageForTranslationAction(page, locale, copy_parents=True, alias=True).execute()


def synchronise(page: NewsPage, locale: Locale) -> None:
    LocaleSynchronization.objects.create(locale=locale, sync_from=page.locale)


@pytest.mark.parametrize("door", [submit, copy, copy_as_alias, act, synchronise])
def test_missing_parents_are_drafts_and_nothing_is_live(door: Door) -> None:
    page, arabic = make_news(), Locale.objects.get_or_create(language_code="ar")[0]

    door(page, arabic)
    page.save_revision().publish()  # aliases follow their original

    made = Page.objects.filter(locale=arabic)
    keys = [get_home().translation_key, page.get_parent().translation_key, page.translation_key]
    assert [twin.translation_key for twin in made.order_by("path")] == keys
    assert not made.filter(live=True).exists()
    parents = made.exclude(translation_key=page.translation_key)
    assert not parents.filter(alias_of__isnull=False).exists()
    waiting = Translation.objects.filter(target_locale=arabic, enabled=True)
    assert set(keys[:2]) <= set(waiting.values_list("source__object_id", flat=True))


def test_a_form_copied_as_an_alias_into_another_language_is_a_draft_and_stays_one() -> None:
    make_russian()
    russian = Locale.objects.get(language_code="ru")
    form = make_form_page()

    form.create_alias(parent=get_home().get_translation(russian), update_locale=russian)
    form.save_revision().publish()

    assert not TreatmentFormPage.objects.filter(locale=russian, live=True).exists()


def test_making_a_draft_twice_makes_one() -> None:
    page, arabic = make_news(), Locale.objects.get_or_create(language_code="ar")[0]

    assert make_draft(page, arabic) == make_draft(page, arabic)
    assert Page.objects.filter(locale=arabic).count() == 3


def test_a_live_translation_is_not_made_an_alias_of_its_original() -> None:
    make_russian()
    translate_disclaimer(publish_as=make_administrator())
    page = make_news()
    twin = make_draft(page, Locale.objects.get(language_code="ru"))

    url = reverse("wagtail_localize:convert_to_alias", args=(twin.pk,))
    response = enter().post(url, follow=True)

    assert "cannot become a copy" in response.content.decode()
    assert Page.objects.get(pk=twin.pk).alias_of is None
