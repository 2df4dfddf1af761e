"""Doors that wagtail-localize opens. It publishes when its transaction commits: a real one here."""

from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from articles.models import NewsPage
from home.models import Disclaimer
from tests.factories import make_news
from tests.home.doors import TEXTS, TITLE, get_leaks, make_russian, translate_disclaimer
from tests.home.editor import enter, make_administrator
from tests.home.translating import translate_snippets, translate_strings

pytestmark = pytest.mark.django_db(transaction=True)


def submit(page: NewsPage, *languages: str) -> Any:
    locales = [Locale.objects.get_or_create(language_code=code)[0].pk for code in languages]
    return enter().post(
        reverse("wagtail_localize:submit_page_translation", args=(page.pk,)),
        {"locales": locales, "include_related_objects": "on"},
        follow=True,
    )


def get_translation(page: NewsPage, language: str) -> NewsPage:
    return NewsPage.objects.get(
        translation_key=page.translation_key, locale__language_code=language
    )


def translate(page: NewsPage, language: str) -> None:
    translate_snippets(language)
    translate_strings(page, language)


def publish_translation(page: NewsPage, language: str) -> Any:
    twin = get_translation(page, language)
    url = reverse("wagtailadmin_pages:edit", args=(twin.pk,))
    return enter().post(url, {"action": "publish"}, follow=True)


def update_translations(page: NewsPage) -> Any:
    source = TranslationSource.objects.get_for_instance(page)
    url = reverse("wagtail_localize:update_translations", args=(source.pk,))
    return enter().post(url, {"publish_translations": "on"}, follow=True)


def get_messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def english() -> NewsPage:
    make_russian()
    return make_news(title=TITLE)


def get_hidden_leaks() -> list[str]:
    """The English page is healthy; nothing Russian or Arabic may show."""
    return [url for url in get_leaks() if not url.startswith("/en/") and "sitemap" not in url]


def test_submitting_makes_drafts_and_no_server_error(english: NewsPage) -> None:
    response = submit(english, "ru", "ar")

    assert response.status_code == 200
    assert not get_translation(english, "ru").live
    assert not get_translation(english, "ar").live
    assert get_hidden_leaks() == []


def test_the_draft_of_the_disclaimer_made_with_it_carries_no_approval(english: NewsPage) -> None:
    submit(english, "ru")

    text = Disclaimer.objects.get(locale__language_code="ru")
    assert not text.live
    assert text.approved_at is None
    assert not text.is_untouched


def test_publishing_a_translation_without_its_disclaimer_is_refused_in_words(
    english: NewsPage,
) -> None:
    submit(english, "ru")

    response = publish_translation(english, "ru")

    assert response.status_code == 200
    assert "no published and approved text in the page" in get_messages(response)
    assert not get_translation(english, "ru").live
    assert get_hidden_leaks() == []


def test_publishing_a_translation_with_its_disclaimer_shows_the_translated_text(
    english: NewsPage, client: Any
) -> None:
    translate_disclaimer(publish_as=make_administrator())
    submit(english, "ru")
    translate(english, "ru")

    publish_translation(english, "ru")

    twin = get_translation(english, "ru")
    assert twin.live
    assert twin.disclaimer.locale.language_code == "ru"
    answer = client.get(twin.url).content.decode()
    assert TEXTS["ru"] in answer
    assert TEXTS["en"] not in answer


def test_updating_publishes_the_healthy_translations_behind_a_refused_one(
    english: NewsPage,
) -> None:
    submit(english, "ar", "ru")  # Arabic first: it has no disclaimer
    for language in ("ar", "ru"):
        translate(english, language)
    text = Disclaimer.objects.get(locale__language_code="ru")
    text.heading, text.body = "Внимание", f"<p>Это {TEXTS['ru']}.</p>"
    text.save_revision(user=make_administrator()).publish(user=make_administrator())

    response = update_translations(english)

    assert response.status_code == 200
    assert "no published and approved text in the page" in get_messages(response)
    assert not get_translation(english, "ar").live
    assert get_translation(english, "ru").live


def test_an_imported_translation_is_published_by_no_other_way(english: NewsPage) -> None:
    submit(english, "ru")
    translation = Translation.objects.get(
        source__object_id=english.translation_key, target_locale__language_code="ru"
    )
    po = translation.export_po()
    for entry in po:
        entry.msgstr = f"[{entry.msgid}]"
    file = SimpleUploadedFile("ru.po", str(po).encode(), content_type="text/x-gettext-translation")
    url = reverse("wagtail_localize:upload_pofile", args=(translation.pk,))

    response = enter().post(url, {"file": file}, follow=True)

    assert response.status_code == 200
    assert polib.pofile(str(translation.export_po())).percent_translated() > 0
    assert not get_translation(english, "ru").live
    publish_translation(english, "ru")
    assert not get_translation(english, "ru").live


def test_the_text_of_a_live_translation_is_never_swapped_by_a_sync(
    english: NewsPage, client: Any
) -> None:
    translate_disclaimer(publish_as=make_administrator())
    submit(english, "ru")
    translate(english, "ru")
    publish_translation(english, "ru")
    text = english.disclaimer
    text.body = "<p>A new English text, which does not constitute medical advice.</p>"
    text.save_revision(user=make_administrator()).publish(user=make_administrator())

    update_translations(english)

    assert TEXTS["ru"] in client.get(get_translation(english, "ru").url).content.decode()


def test_submitting_leaves_an_approved_translation_of_the_disclaimer_alone(
    english: NewsPage,
) -> None:
    text = translate_disclaimer(publish_as=make_administrator())

    submit(english, "ru")

    text.refresh_from_db()
    assert text.is_valid
    assert TEXTS["ru"] in text.body
