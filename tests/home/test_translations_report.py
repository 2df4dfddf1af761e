"""Editors see where every page stands in every language, and publish languages together."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale

from articles.models import NewsPage
from home.translations import get_state
from home.translations.matrix import State
from tests.cast import log_in, make_coordinator, make_editor
from tests.factories import LEAD, make_news
from tests.home.doors import make_russian, read, translate_disclaimer
from tests.home.editor import enter, make_administrator
from tests.home.test_translations_gate import change, get_messages, get_russian, publish, update
from tests.home.translating import get_job, say, translate_snippets, translate_strings

pytestmark = pytest.mark.django_db

REPORT = "/admin/translations/"


def submit(page: NewsPage, *languages: str) -> None:
    locales = [Locale.objects.get_or_create(language_code=code)[0].pk for code in languages]
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    enter().post(url, {"locales": locales})


@pytest.fixture(scope="module")
def published(kept_rows: Any) -> Iterator[int]:
    """Russian and its disclaimer are there; Arabic is a language."""
    with kept_rows():
        make_russian()
        translate_disclaimer(publish_as=make_administrator())
        Locale.objects.get_or_create(language_code="ar")
        yield make_news(title="A new ward").pk


@pytest.fixture
def english(published: int, db: None) -> NewsPage:
    return NewsPage.objects.get(pk=published)


def get_cells(client: Client | None = None, query: str = "") -> dict[str, dict[str, Any]]:
    response = (client or enter()).get(f"{REPORT}?{query}")
    assert response.status_code == 200
    return {row.title: row.cells for row in response.context["object_list"]}


def get_texts(page: NewsPage) -> dict[str, str]:
    return {code: cell.text for code, cell in get_cells()[page.title].items()}


def test_the_matrix_follows_a_page_from_missing_to_stale(english: NewsPage) -> None:
    assert get_texts(english) == {"ru": "Missing", "ar": "Missing"}

    submit(english, "ru")
    assert get_texts(english)["ru"] == "In progress (0 %)"
    translate_snippets("ru")
    translate_strings(english, "ru", skip=2)
    assert get_texts(english)["ru"] == "In progress (50 %)"
    translate_strings(english, "ru")
    assert get_texts(english)["ru"] == "Ready to publish"
    publish(english)
    assert get_texts(english)["ru"] == "Published"
    change(english, lead=f"More. {LEAD}")
    assert get_texts(english)["ru"] == "Published, but stale (100 %)"
    update(english)
    assert get_texts(english)["ru"] == "Published, but stale (75 %)"


def test_a_machines_words_do_not_count_as_done(english: NewsPage) -> None:
    submit(english, "ru")
    translate_strings(english, "ru", machine=True)

    assert get_texts(english)["ru"] == "In progress (0 %)"
    editor = enter().get(reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk]))
    assert "4 texts are a machine" in editor.content.decode()


def test_cells_lead_to_the_translation_or_to_submitting(english: NewsPage) -> None:
    submit(english, "ru")

    cells = get_cells()[english.title]

    assert cells["ru"].url == reverse("wagtailadmin_pages:edit", args=[get_russian(english).pk])
    assert cells["ar"].url.endswith(f"/submit/page/{english.pk}/?select_locale=ar")
    assert enter().get(cells["ru"].url).status_code == 200
    assert enter().get(cells["ar"].url).status_code == 200


def test_the_report_is_filtered_by_type_language_and_state(english: NewsPage) -> None:
    submit(english, "ru")

    assert set(get_cells(query="language=ar")[english.title]) == {"ar"}
    assert english.title in get_cells(query=f"state={State.IN_PROGRESS}")
    assert english.title not in get_cells(query=f"state={State.STALE}")
    assert list(get_cells(query=f"state={State.IN_PROGRESS}&language=ar")) == []
    assert english.title in get_cells(query=f"content_type={english.content_type_id}")
    home = english.get_parent().get_parent()
    assert english.title not in get_cells(query=f"content_type={home.content_type_id}")
    for rubbish in ("state=nothing", "language=xx", "content_type=x", "p=99", "p=x"):
        assert enter().get(f"{REPORT}?{rubbish}").status_code in (200, 404)


def test_the_report_is_exported_by_language(english: NewsPage) -> None:
    submit(english, "ru")

    answer = enter().get(f"{REPORT}?export=csv")

    lines = b"".join(answer).decode().splitlines()
    assert lines[0] == "Title,Type,Russian,Arabic"
    assert "A new ward,News article,In progress (0 %),Missing" in lines


@pytest.fixture
def count_queries(published: int, db: None) -> Any:
    client = enter()

    def count() -> int:
        client.get(REPORT)  # what is asked once in a process is asked here
        with CaptureQueriesContext(connection) as queries:
            client.get(REPORT)
        return len(queries)

    return count


def test_many_pages_ask_no_more_queries_than_one(english: NewsPage, count_queries: Any) -> None:
    submit(english, "ru", "ar")
    translate_strings(english, "ar", machine=True)
    few = count_queries()

    for number in range(5):
        page = make_news(title=f"News {number}", slug=f"news-{number}")
        submit(page, "ru", "ar")
        translate_strings(page, "ru")
        translate_strings(page, "ar", machine=True)

    assert count_queries() == few


def test_who_may_not_edit_a_page_is_not_told_of_it(english: NewsPage) -> None:
    submit(english, "ru")
    editor = log_in(make_editor())
    assert english.title in get_cells(editor)
    assert log_in(make_coordinator()).get(REPORT).status_code == 302

    elsewhere = make_news(title="Elsewhere", slug="elsewhere")
    GroupPagePermission.objects.update(page=elsewhere)
    assert set(get_cells(editor)) == {"Elsewhere"}
    url = reverse("publish_languages", args=[english.pk])
    assert editor.post(url, {"pages": [english.pk]}).status_code == 302
    assert not get_russian(english).live


def publish_together(page: NewsPage, *languages: str) -> str:
    pks = [get_job(page, language).get_target_instance().pk for language in languages]
    url = reverse("publish_languages", args=[page.pk])
    assert enter().get(url).status_code == 200
    return get_messages(enter().post(url, {"pages": pks}, follow=True))


def get_live(page: NewsPage) -> set[str]:
    twins = NewsPage.objects.filter(translation_key=page.translation_key, live=True)
    return set(twins.values_list("locale__language_code", flat=True))


def test_all_languages_that_were_chosen_go_live_together(english: NewsPage) -> None:
    submit(english, "ru")
    for language in ("ru",):
        translate_snippets(language)
        translate_strings(english, language)

    told = publish_together(english, "ru")

    assert "Published at one moment: Russian" in told
    assert get_live(english) == {"en", "ru"}
    assert say("A new ward", "ru") in read(Client(), get_russian(english).url)


def test_one_refusal_keeps_all_from_being_published_and_is_named(english: NewsPage) -> None:
    submit(english, "ru", "ar")
    for language in ("ru", "ar"):
        translate_snippets(language)
        translate_strings(english, language, skip=1 if language == "ar" else 0)

    told = publish_together(english, "ru", "ar")

    assert "Nothing was published. Refused: Arabic." in told
    assert "1 text is not translated" in told
    assert get_live(english) == {"en"}


def test_a_translation_of_an_older_version_is_not_published_beside_the_new_one(
    english: NewsPage,
) -> None:
    submit(english, "ru")
    translate_snippets("ru")
    translate_strings(english, "ru")
    change(english, lead=f"More. {LEAD}")

    told = publish_together(english, "ru")

    assert "The original changed after this translation was made" in told
    assert not get_russian(english).live
    assert not get_state(get_russian(english)).accepted_by
