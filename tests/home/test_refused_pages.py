"""The report of pages that would be refused, and the house rules behind the gate."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from articles.models import Category, NewsPage
from home import checks
from home.models import Disclaimer, SiteImage
from home.publishing import problems
from home.publishing.report import get_rows
from tests.factories import make_body, make_image, make_news, make_translation
from tests.home.doors import WITHOUT_BLOCK
from tests.home.editor import enter, make_administrator

pytestmark = pytest.mark.django_db


def get_report() -> dict[str, list[str]]:
    rows = get_rows(make_administrator())
    return {row.title: [problem.code for problem in row.problems] for row in rows}


def shows_untranslated(page: NewsPage) -> bool:
    """As the gate says it."""
    return "snippet_untranslated" in {problem.code for problem in problems(page)}


def test_healthy_pages_are_not_in_it() -> None:
    make_news()

    assert get_report() == {}


def test_drafts_live_pages_and_waiting_changes_are_in_it() -> None:
    make_news(live=False, title="Draft", slug="draft", body=WITHOUT_BLOCK)
    changed = make_news(title="Changed", slug="changed")
    changed.body = WITHOUT_BLOCK
    changed.save_revision(clean=False)
    spoilt = make_news(title="Spoilt", slug="spoilt")
    NewsPage.objects.filter(pk=spoilt.pk).update(body=[])

    report = get_report()

    assert set(report) == {"Draft", "Changed", "Spoilt"}
    assert all("disclaimer_missing" in codes for codes in report.values())


def test_pages_that_are_not_served_come_first() -> None:
    make_news(live=False, title="A draft", slug="draft", body=WITHOUT_BLOCK)
    spoilt = make_news(title="Z spoilt", slug="spoilt")
    NewsPage.objects.filter(pk=spoilt.pk).update(body=[])

    rows = get_rows(make_administrator())

    assert [row.title for row in rows] == ["Z spoilt", "A draft"]
    assert rows[0].state == "live, but not served"


def test_a_licence_that_expired_since_is_in_it() -> None:
    make_news(hero=[("hero", {"image": make_image(), "alt": "A ward"})])
    SiteImage.objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    assert get_report() == {"A new ward": ["image_licence_expired"]}


def test_a_page_that_shows_a_snippet_without_words_in_its_language_is_in_it() -> None:
    """A draft, and one that is live since somebody deleted the words behind our back. The gate
    asks no original, and neither does the report."""
    user = make_administrator()
    english = make_news(title="English")
    live = make_translation(english, "ru", title="Живая")
    foreign = Category.objects.create(name="Новости", slug="only-russian", locale=live.locale)
    original = make_news(title="Original", slug="original", category=foreign)
    gone = make_news(title="Gone", slug="gone")
    make_translation(gone, "ru", title="Осталась")  # an original from now on
    gone.delete()
    assert get_report() == {}
    Category.objects.filter(name="News (ru)")._raw_delete("default")

    with CaptureQueriesContext(connection) as for_one:
        assert get_report() == {"Живая": ["snippet_untranslated"]}
    make_translation(make_news(title="Other", slug="b"), "ru", title="Черновик", live=False)

    with CaptureQueriesContext(connection) as for_two:
        report = get_report()
    assert set(report) == {"Живая", "Черновик"}
    assert list(report.values()) == [["snippet_untranslated"]] * 2
    assert len(for_two) == len(for_one)
    make_localize_translate_it_from(live.locale, original)
    report, pages = get_report(), NewsPage.objects.all()
    assert set(report) == {"Живая", "Черновик", "Original"}
    refused = {page.draft_title for page in pages if shows_untranslated(page)}
    assert refused == set(report)
    assert {row.title: row.reasons for row in get_rows(user)}["Живая"] == [
        "“News” (category) is shown on this page and has no text in its language yet."
    ]


def make_localize_translate_it_from(locale: Locale, page: NewsPage) -> None:
    source, _made = TranslationSource.get_or_create_from_instance(page)
    TranslationSource.objects.filter(pk=source.pk).update(locale=locale)
    Translation.objects.create(source=source, target_locale=page.locale)


def test_the_report_leads_to_the_editor() -> None:
    page = make_news(live=False, title="Draft", slug="draft", body=WITHOUT_BLOCK)
    browser = enter()

    answer = browser.get(reverse("refused_pages")).content.decode()

    assert "The body has no disclaimer" in answer
    assert reverse("wagtailadmin_pages:edit", args=(page.pk,)) in answer
    menu = browser.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("refused_pages") in menu


def test_the_report_can_be_taken_home_as_a_table() -> None:
    make_news(live=False, title="Draft", slug="draft", body=WITHOUT_BLOCK)

    response = enter().get(reverse("refused_pages"), {"export": "csv"})

    assert "The body has no disclaimer" in b"".join(response.streaming_content).decode()


def test_it_costs_the_same_for_many_pages() -> None:
    user = make_administrator()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get_rows(user)
        return len(queries)

    make_many(2)
    few = count()
    make_many(10)

    assert count() == few


def make_many(count: int) -> None:
    made = NewsPage.objects.count()
    for n in range(made, made + count):
        make_news(live=False, title=f"N{n}", slug=f"n{n}", body=WITHOUT_BLOCK)
        page = make_news(title=f"L{n}", slug=f"l{n}")
        page.body = [*make_body(), *make_body()]
        page.save_revision(clean=False)


def test_somebody_who_may_edit_nothing_sees_nothing(django_user_model: Any) -> None:
    make_news(live=False, body=WITHOUT_BLOCK)

    assert get_rows(django_user_model.objects.create(username="stranger")) == []


# --- House rules ------------------------------------------------------------------------


def get_ids() -> set[str]:
    return {message.id for message in checks.check_publishing_gate(None)}


def test_this_site_keeps_them() -> None:
    assert get_ids() == set()


def test_home_stands_before_what_it_replaces(settings: Any) -> None:
    apps = [app for app in settings.INSTALLED_APPS if app != "home"]

    found = list(checks.check_apps([*apps, "home"]))

    assert {message.id for message in found} == {"home.E001"}
    assert len(found) == 2


def test_the_refusals_are_answered(settings: Any) -> None:
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "Refusal" not in m]

    assert get_ids() == {"home.E002"}


@pytest.mark.parametrize("name", checks.GATED)
def test_no_page_class_goes_around_the_gate(name: str, monkeypatch: Any) -> None:
    def go_around(self: Any, *args: Any, **kwargs: Any) -> None:
        """Without its parent."""

    monkeypatch.setattr(NewsPage, name, go_around)

    assert get_ids() == {"home.E003"}


def test_the_editor_form_asks_the_gate(monkeypatch: Any) -> None:
    from wagtail.admin.forms import WagtailAdminPageForm

    monkeypatch.setattr(NewsPage, "base_form_class", WagtailAdminPageForm)

    assert get_ids() == {"home.E004"}


def test_the_disclaimer_of_the_ground_is_a_demo() -> None:
    assert Disclaimer.objects.get().approval_is_demo
