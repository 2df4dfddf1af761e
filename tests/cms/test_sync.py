"""An app that applies the changes holds what one that lists everything does, whatever happens."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from articles.models import NewsIndexPage, NewsPage
from cms.delivery import changes, tasks
from cms.delivery.models import Counter
from home.models import Disclaimer
from tests.cast import make_reviewer
from tests.cms.app import App, get
from tests.factories import make_news

pytestmark = pytest.mark.django_db


def test_an_app_begins_with_everything_and_is_then_told_what_is_new():
    news = make_news(title="First")
    app = App(limit=2)
    app.sync()

    assert app.pages[news.pk]["body"]["title"] == "First"
    assert app.disclaimers["general", "en"]["body"]["text"]
    disclaimer = Disclaimer.objects.get()
    assert app.pages[news.pk]["body"]["disclaimers"] == [
        {"key": "general", "version": disclaimer.version}
    ]
    app.applied.clear()
    app.sync()
    assert app.applied == []

    news.title = "Second"
    news.save_revision().publish()
    app.sync()
    assert app.applied == [("upsert", news.pk)]
    assert app.pages[news.pk]["card"]["title"] == "Second"


def unpublish(page: Any) -> None:
    page.expired = True  # as the clock does it; a person's hand recalls
    page.unpublish(set_expired=True)


def move_away(page: Any) -> None:
    elsewhere = NewsIndexPage(title="Elsewhere", slug="elsewhere", locale=page.locale)
    Page.get_first_root_node().add_child(instance=elsewhere)
    page.move(elsewhere, pos="last-child")
    tasks.rebuild()


REMOVALS = [
    ("unpublished", unpublish),
    ("recalled", lambda page: page.unpublish()),
    ("deleted", lambda page: page.delete()),
    ("moved", move_away),
    (
        "restricted",
        lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    ),
]


@pytest.mark.parametrize(("reason", "act"), REMOVALS)
def test_what_is_gone_is_to_be_forgotten_and_why(reason, act):
    news = make_news(title="Needle")
    app = App()
    app.sync()

    act(NewsPage.objects.get(pk=news.pk))
    app.sync()

    assert app.reasons == {news.pk: reason}
    assert news.pk not in app.pages
    late = App()
    late.sync()
    assert late.reasons == {}, "who never had it need not forget it"


def test_recalls_come_before_everything_else():
    pages = [make_news(title=f"N{n}", slug=f"n{n}") for n in range(4)]
    app = App(limit=2)
    app.sync()
    for page in pages[:3]:
        page.title += "!"
        page.save_revision().publish()
        changes.number()
    NewsPage.objects.get(pk=pages[3].pk).unpublish()
    app.applied.clear()

    app.sync()

    assert app.applied[0] == ("remove", pages[3].pk)
    assert [kind for kind, _ in app.applied].count("remove") == 1
    assert len(app.applied) == 4


def test_a_changed_disclaimer_is_one_change_and_no_page_is_sent_again():
    make_news()
    app = App()
    app.sync()
    app.applied.clear()

    disclaimer = Disclaimer.objects.get()
    disclaimer.heading = "Please note"
    disclaimer.save_revision().publish(user=make_reviewer())
    app.sync()

    assert app.applied == [("disclaimer", "general")]
    assert app.disclaimers["general", "en"]["heading"] == "Please note"


def test_a_language_has_its_own_changes():
    make_news()
    Locale.objects.get_or_create(language_code="ru")
    app, other = App(locale="en"), App(locale="ru")
    app.sync()
    other.sync()

    assert app.pages
    assert not other.pages
    assert get(f"sync?cursor={app.cursor}&locale=ru", 400)["field"] == "cursor"


def test_a_cursor_that_is_too_old_or_of_another_database_is_gone():
    make_news()
    app = App()
    app.sync()
    NewsPage.objects.get().unpublish()
    changes.number()
    in_a_year = timezone.now() + timedelta(days=365)
    changes.forget(in_a_year)
    assert get(f"sync?cursor={app.cursor}", 410)["code"] == "cursor_expired"

    app = App()
    app.sync()
    Counter.objects.update(value=1)
    assert get(f"sync?cursor={app.cursor}", 410)["field"] == "cursor"


REFUSED = [
    ("cursor=x", 400, "cursor"),
    ("cursor=", 400, "cursor"),
    ("cursor=" + "A" * 60, 400, "cursor"),
    ("limit=501", 422, "limit"),
    ("limit=x", 422, "limit"),
    ("since=1", 400, "since"),
    ("limit=1&limit=2", 400, "limit"),
    ("locale=%00", 400, "locale"),
    ("locale=xx", 404, "locale"),
]


@pytest.mark.parametrize(("query", "status", "field"), REFUSED)
def test_what_cannot_be_answered_is_refused_by_name(query, status, field):
    assert get(f"sync?{query}", status)["field"] == field
