"""A correction that readers were shown stays, whichever door the page goes live by."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from articles.models import NewsPage, PublishedCorrection
from home.publishing import problems
from home.publishing.report import get_rows
from tests.factories import make_news, make_translation
from tests.home.editor import enter, fill_in, make_administrator

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 6)
WORDS = "An earlier version named the wrong year."


def correction(text: str = WORDS, day: date = DAY):
    return ("correction", {"date": day, "text": text})


def codes(page: NewsPage) -> list[str]:
    return [problem.code for problem in problems(page)]


def read_again(page: Page) -> NewsPage:
    return NewsPage.objects.get(pk=page.pk)


def edit(page: NewsPage, **data: str) -> str:
    """Take every correction out in Wagtail's editor, and press one of its buttons."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = fill_in(page, corrections=[])
    return enter().post(address, {**form, **data}, follow=True).content.decode()


def save_live(page: Page) -> None:
    page.live = True
    page.save()


def schedule(page: NewsPage) -> None:
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()


def import_row(page: NewsPage) -> None:
    imported = NewsPage.from_json(page.to_json())
    imported.live, imported.corrections = True, []
    imported.save()


DOORS: dict[str, Callable[[NewsPage], object]] = {
    "the editor": lambda page: edit(page, **{"action-publish": "1"}),
    "publishing the draft": lambda page: page.get_latest_revision().publish(),
    "reverting": lambda page: page.revisions.earliest("created_at").publish(),
    "scheduling": schedule,
    "saving": save_live,
    "saving a bare page": lambda page: save_live(Page.objects.get(pk=page.pk)),
    "importing": import_row,
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_unpublishing_and_saving_a_draft_without_it_takes_no_correction_away(door, client):
    page = make_news()
    page.corrections = [correction()]
    page.save_revision().publish()
    read_again(page).unpublish()
    edit(page)
    assert len(read_again(page).corrections) == 0  # Wagtail wrote the draft over the row

    with suppress(ValidationError):
        door(read_again(page))

    assert not read_again(page).live
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert client.get(page.get_url()).status_code == 404
    assert [p.code for row in get_rows(make_administrator()) for p in row.problems] == [
        "correction_removed"
    ]


def test_the_refusal_says_what_to_put_back_and_whoever_types_it_anew_may_publish(client):
    page = make_news(corrections=[correction()])

    refused = edit(page, **{"action-publish": "1"})

    assert "The correction of Feb 06, 2026 was published and stays on the page." in refused
    assert WORDS in refused
    page.corrections = [correction()]
    page.save_revision().publish()
    assert WORDS in client.get(page.get_url()).content.decode()
    assert PublishedCorrection.objects.count() == 1


@pytest.mark.parametrize(
    ("corrections", "expected"),
    [
        ([], ["correction_removed"]),
        ([correction("Nothing was wrong.")], ["correction_removed"]),
        ([correction(day=date(2026, 2, 7))], ["correction_removed"]),
        ([correction(), correction("And another.")], []),
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_only_a_correction_that_was_published_is_held_and_as_it_was(live, corrections, expected):
    page = make_news(corrections=[correction()], live=live)

    page.corrections = corrections

    assert codes(page) == (expected if live else [])


def test_a_correction_may_be_bettered_in_a_translation_but_not_taken_away():
    page = make_news(corrections=[correction()])
    translated = make_translation(page, "ru")
    translated.corrections[0].value["text"] = "В прежней версии был назван другой год."
    assert "correction_removed" not in codes(translated)

    translated.corrections = []

    assert "correction_removed" in codes(translated)


def test_a_copy_that_goes_live_with_its_original_holds_its_own_corrections():
    page = make_news(corrections=[correction()])
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=True)
    copy.unpublish()
    NewsPage.objects.filter(pk=copy.pk).update(corrections=[])

    assert codes(read_again(copy)) == ["correction_removed"]


def test_what_went_live_behind_our_back_is_held_as_well():
    page = make_news(corrections=[correction()], live=False)
    Page.objects.filter(pk=page.pk).update(live=True)
    page = read_again(page)
    page.corrections = []
    assert codes(page) == ["correction_removed"]

    read_again(page).unpublish()
    page = read_again(page)
    page.corrections = []

    assert codes(page) == ["correction_removed"]


def test_corrections_of_the_time_before_the_record_are_written_into_it():
    page = make_news(corrections=[correction()])
    make_news(title="Never published", corrections=[correction("A draft's.")], live=False)
    PublishedCorrection.objects.all().delete()

    import_module("articles.migrations.0004_record_published_corrections").record(apps, None)

    assert [(one.page_id, one.date, one.text) for one in PublishedCorrection.objects.all()] == [
        (page.pk, DAY, WORDS)
    ]
