"""A translation goes live when all its words are translated, whichever door is tried."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, TranslationSource

from articles.models import Category, NewsPage
from cms.delivery.models import StaleMark
from home.models import AcceptedText, Disclaimer, SiteTexts
from home.publishing import PublishRefused
from home.publishing.bulk import GatedPublishBulkAction
from home.publishing.scheduled import run
from home.translations import Origin, get_state
from home.translations.judge import judge
from tests.factories import LEAD, make_news
from tests.home.doors import make_russian, read, translate_disclaimer
from tests.home.editor import enter, fill_in, make_administrator
from tests.home.translating import get_job, say, translate_snippets, translate_strings

pytestmark = pytest.mark.django_db

NEW = "Nobody has translated this."


@pytest.fixture(scope="module")
def submitted(kept_rows: Any) -> Iterator[int]:
    with kept_rows():
        make_russian()
        translate_disclaimer(publish_as=make_administrator())
        page = make_news(title="A new ward")
        post("wagtail_localize:submit_page_translation", page.pk, locales=[get_russian_locale().pk])
        yield page.pk


@pytest.fixture
def english(submitted: int, db: None) -> NewsPage:
    """Live, and submitted for translation into Russian with its category."""
    return NewsPage.objects.get(pk=submitted)


@pytest.fixture(scope="class")
def translated(submitted: int, kept_rows: Any) -> Iterator[int]:
    with kept_rows():
        page = NewsPage.objects.get(pk=submitted)
        translate_snippets("ru")
        translate_strings(page, "ru")
        publish(page)
        assert get_russian(page).live
        yield page.pk


@pytest.fixture
def live(translated: int, db: None) -> NewsPage:
    """Its Russian translation is live and complete."""
    return NewsPage.objects.get(pk=translated)


def get_russian_locale() -> Locale:
    return Locale.objects.get(language_code="ru")


def get_russian(page: Any) -> Any:
    return type(page).objects.get(translation_key=page.translation_key, locale__language_code="ru")


def post(view: str, *args: Any, **data: Any) -> Any:
    response = enter().post(reverse(view, args=args), data, follow=True)
    assert response.status_code == 200
    return response


def get_messages(response: Any) -> str:
    return unescape(" ".join(str(message) for message in response.context["messages"]))


def publish(page: NewsPage) -> Any:
    """The Publish of localize's editor."""
    return post("wagtailadmin_pages:edit", get_russian(page).pk, action="publish")


def update(page: NewsPage) -> Any:
    source = TranslationSource.objects.get_for_instance(page)
    return post("wagtail_localize:update_translations", source.pk, publish_translations="on")


def save_from_localize(page: NewsPage) -> None:
    get_job(page, "ru").save_target(user=make_administrator(), publish=True)


def publish_revision(page: NewsPage) -> None:
    get_russian(page).save_revision().publish()


def publish_in_bulk(page: NewsPage) -> None:
    GatedPublishBulkAction.execute_action([get_russian(page)], user=make_administrator())


def publish_by_clock(page: NewsPage) -> None:
    revision = get_russian(page).save_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    type(revision).objects.filter(pk=revision.pk).update(
        approved_go_live_at=revision.approved_go_live_at
    )
    run(timezone.now())


def stop_and_publish(page: NewsPage) -> None:
    """After “Stop synchronised translation”: the page's own editor."""
    post("wagtail_localize:stop_translation", get_job(page, "ru").pk)
    publish_revision(page)


def go_live_by_script(page: NewsPage) -> None:
    twin = get_russian(page)
    twin.live = True
    twin.save()


def go_live_bare(page: NewsPage) -> None:
    twin = Page.objects.get(pk=get_russian(page).pk)
    twin.live = True
    twin.save()


DOORS = (
    publish,
    update,
    save_from_localize,
    publish_revision,
    publish_in_bulk,
    publish_by_clock,
    stop_and_publish,
    go_live_by_script,
    go_live_bare,
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_opens_for_a_translation_with_one_string_missing(
    door: Callable[[NewsPage], Any],
    english: NewsPage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru", skip=1)

    with suppress(PublishRefused), django_capture_on_commit_callbacks(execute=True):
        door(english)

    twin = get_russian(english)
    assert not twin.live
    assert read(Client(), twin.url) == ""


def test_a_refusal_says_which_text_is_missing_and_leads_to_the_translation(
    english: NewsPage,
) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru", skip=1)

    response = publish(english)

    last = get_job(english, "ru").source.stringsegment_set.order_by("order").last()
    told = get_messages(response)
    assert f"1 text is not translated: “{last.string.data}”" in told
    assert response.request["PATH_INFO"].endswith(f"/{get_russian(english).pk}/edit/")
    assert "again to ignore" not in told


def test_words_made_while_strings_were_missing_are_refused_when_the_strings_are_complete(
    english: NewsPage,
) -> None:
    translate_snippets("ru")
    get_job(english, "ru").save_target(publish=False)  # a draft in English
    translate_strings(english, "ru")

    with pytest.raises(PublishRefused):
        get_russian(english).get_latest_revision().publish()


def test_a_page_waits_for_the_snippets_it_shows(english: NewsPage) -> None:
    translate_strings(english, "ru")

    told = get_messages(publish(english))

    assert "“News” (category) is shown on this page" in told
    assert not get_russian(english).live


def change(page: NewsPage, **fields: Any) -> None:
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision(user=make_administrator()).publish()


class TestLive:
    """Its translation is live, and things happen to both."""

    def test_the_record_of_a_translation_says_who_and_of_which_version(
        self, live: NewsPage
    ) -> None:
        state = get_state(get_russian(live))

        assert (state.origin, state.is_stale) == (Origin.HUMAN, False)
        assert state.source_revision_at == live.last_published_at

    @pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
    def test_the_last_complete_version_stays_when_the_original_has_new_words(
        self,
        door: Callable[[NewsPage], Any],
        live: NewsPage,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        change(live, lead=f"{NEW} {LEAD}")
        twin = get_russian(live)
        before = read(Client(), twin.url)
        if door is not update:
            TranslationSource.objects.get_for_instance(live).update_from_db()

        with suppress(PublishRefused), django_capture_on_commit_callbacks(execute=True):
            door(live)

        assert get_russian(live).live
        now = read(Client(), twin.url)
        assert NEW not in now
        assert say(LEAD, "ru") in before
        assert say(LEAD, "ru") in now
        assert get_state(twin).is_stale

    def test_staleness_begins_when_the_original_is_published_and_ends_with_its_translation(
        self,
        live: NewsPage,
    ) -> None:
        twin = get_russian(live)

        change(live, social_image=None)
        assert not get_state(twin).is_stale
        change(live, lead=f"{NEW} {LEAD}")
        assert get_state(twin).is_stale
        change(live, lead=LEAD)
        assert not get_state(twin).is_stale

        change(live, lead=f"{NEW} {LEAD}")
        update(live)
        assert get_state(twin).is_stale
        translate_strings(live, "ru")
        publish(live)
        assert not get_state(twin).is_stale
        assert say(NEW, "ru") in read(Client(), twin.url)

    def test_a_live_translation_can_be_saved_while_it_is_stale(self, live: NewsPage) -> None:
        change(live, lead=f"{NEW} {LEAD}")
        TranslationSource.objects.get_for_instance(live).update_from_db()
        StringTranslation.objects.filter(context__path="title").update(data="Ещё не издано")
        twin = get_russian(live)

        twin.locked = True
        twin.save()

        assert (get_russian(live).locked, get_russian(live).title) == (True, twin.title)
        assert get_state(twin).is_stale

    def test_a_document_learns_that_its_translation_is_stale(self, live: NewsPage) -> None:
        StaleMark.objects.all().delete()

        change(live, lead=f"{NEW} {LEAD}")

        assert StaleMark.objects.filter(scope="page", key=str(get_russian(live).pk)).exists()


def test_a_machines_words_wait_for_a_person_with_a_name(english: NewsPage) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru", machine=True)
    twin = get_russian(english)
    told = get_messages(publish(english))
    assert "are a machine's and nobody has accepted them" in told
    assert not get_russian(english).live

    accept_url = get_accept_url(twin)
    texts = enter().get(accept_url).context["texts"]
    enter().post(accept_url, {"text": [text.key for text in texts]})
    publish(english)

    assert get_russian(english).live
    state = get_state(twin)
    assert (state.origin, state.accepted_by) == (Origin.MACHINE, "administrator")
    assert AcceptedText.objects.filter(accepted_by=make_administrator()).count() == len(texts)


def get_accept_url(page: Page) -> str:
    return reverse("accept_texts", args=[ContentType.objects.get_for_model(Page).pk, page.pk])


def test_an_accepted_text_that_the_machine_changes_waits_again(english: NewsPage) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru", machine=True)
    url = get_accept_url(get_russian(english))
    shown = [text.key for text in enter().get(url).context["texts"]]
    title = StringTranslation.objects.get(context__path="title", translation_type="machine")
    title.data = "Другой заголовок"
    title.save()

    response = enter().post(url, {"text": shown}, follow=True)

    assert "Some texts were changed while you read them" in get_messages(response)
    texts = enter().get(url).context["texts"]
    assert [text.words for text in texts] == ["Другой заголовок"]
    publish(english)
    assert not get_russian(english).live

    enter().post(url, {"text": [text.key for text in texts]})
    title.data = "Третий заголовок"
    title.save()
    publish(english)
    assert not get_russian(english).live


def test_a_machines_word_corrected_by_hand_is_a_persons(english: NewsPage) -> None:
    translate_snippets("ru")
    translate_strings(english, "ru", machine=True)
    StringTranslation.objects.exclude(context__path="title").update(
        translation_type="manual", tool_name=""
    )
    job = get_job(english, "ru")
    segment = job.source.stringsegment_set.get(context__path="title")
    url = reverse("wagtail_localize:edit_string_translation", args=[job.pk, segment.pk])

    answer = enter().put(url, "value=Отделение", "application/x-www-form-urlencoded")

    assert answer.status_code == 200
    publish(english)
    assert get_state(get_russian(english)).origin == Origin.HUMAN


def test_the_pages_own_editor_names_what_is_untranslated(english: NewsPage) -> None:
    """After localize was stopped, its page is edited as any other."""
    translate_snippets("ru")
    get_job(english, "ru").save_target(publish=False)
    post("wagtail_localize:stop_translation", get_job(english, "ru").pk)
    twin = get_russian(english)
    url = reverse("wagtailadmin_pages:edit", args=[twin.pk])

    response = enter().post(url, {**fill_in(twin), "action-publish": "1"})

    assert response.status_code == 200
    assert "4 texts are not translated" in str(response.context["form"].non_field_errors())
    assert not get_russian(english).live


def test_a_disclaimer_in_the_words_of_another_language_is_not_approved(english: NewsPage) -> None:
    Locale.objects.get_or_create(language_code="ar")
    arabic = Locale.objects.get(language_code="ar")
    source = Disclaimer.objects.get(locale__language_code="en")
    text = source.copy_for_translation(arabic)
    text.live = False
    text.save()

    with pytest.raises(PublishRefused, match="2 texts are not translated"):
        text.save_revision(user=make_administrator()).publish(user=make_administrator())

    text.refresh_from_db()
    assert not text.is_valid


def test_a_snippet_waits_unseen_until_it_is_translated_and_keeps_its_words(
    english: NewsPage,
) -> None:
    category = Category.objects.get(locale__language_code="en")
    twin = Category.objects.get(locale__language_code="ru")
    assert not twin.is_translated
    translate_snippets("ru")
    twin.refresh_from_db()
    assert (twin.is_translated, twin.name) == (True, say("News", "ru"))

    category.name = "Reports"
    category.save()
    assert get_state(twin).is_stale
    update(category)

    twin.refresh_from_db()
    assert twin.name == say("News", "ru")
    assert get_state(twin).is_stale


def test_the_sites_own_texts_are_no_other_languages(english: NewsPage) -> None:
    texts = SiteTexts.objects.get()
    texts.tagline = "Care, near and far"
    texts.save()
    russian = get_russian_locale()

    texts.copy_for_translation(russian).save()

    assert SiteTexts.for_locale(russian).tagline == ""


def test_words_left_as_in_the_original_by_hand_can_be_accepted(english: NewsPage) -> None:
    """“TASS” is “TASS” in many languages."""
    translate_snippets("ru")
    translate_strings(english, "ru")
    post("wagtail_localize:stop_translation", get_job(english, "ru").pk)
    twin = get_russian(english)
    twin.title = english.title
    twin.save_revision()
    url = get_accept_url(twin)
    texts = {text.words: text.key for text in enter().get(url).context["texts"]}
    assert set(texts) >= {english.title}

    enter().post(url, {"text": list(texts.values())})
    twin.get_latest_revision().publish()

    assert get_russian(english).live


def test_an_original_asks_one_query_more(english: NewsPage, django_assert_num_queries: Any) -> None:
    assert english.locale.language_code == "en"
    with django_assert_num_queries(1):
        assert not judge(english).is_translation
