"""The clock: one page refused, or one that fails, does not stop the others."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.signals import page_published

from articles.models import NewsPage
from home.publishing.scheduled import run
from home.signals import clock_ticked
from tests.factories import make_news
from tests.home.doors import WITHOUT_BLOCK

pytestmark = pytest.mark.django_db


def make_due(minutes_ago: int = 1, **fields: Any) -> NewsPage:
    """A page whose hour has come: healthy when it was scheduled."""
    slug = f"due-{minutes_ago}"
    page = make_news(live=False, **{"title": slug, "slug": slug, **fields})
    due_at = timezone.now() - timedelta(minutes=minutes_ago)
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=due_at)
    return page


def get_live() -> set[str]:
    return set(NewsPage.objects.live().values_list("slug", flat=True))


def test_the_command_is_ours() -> None:
    from django.core.management import get_commands

    assert get_commands()["publish_scheduled"] == "home"


def test_one_refused_page_among_healthy_ones_stops_none(caplog: Any) -> None:
    make_due(3)
    refused = make_due(2, body=WITHOUT_BLOCK)
    make_due(1)

    call_command("publish_scheduled")

    assert get_live() == {"due-3", "due-1"}
    errors = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert len(errors) == 1
    assert str(refused.latest_revision_id) in errors[0]
    assert "disclaimer_missing" in errors[0]


def test_a_refused_page_keeps_its_schedule_and_goes_live_once_it_is_mended() -> None:
    page = make_due(body=WITHOUT_BLOCK)
    call_command("publish_scheduled")
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1

    healthy = make_news(live=False, title="x", slug="x").get_latest_revision().content["body"]
    revision = page.get_latest_revision()
    revision.content["body"] = healthy
    revision.save(update_fields=["content"])
    call_command("publish_scheduled")

    assert "due-1" in get_live()


def test_a_page_that_breaks_fails_alone_and_the_exit_code_says_so() -> None:
    make_due(3)
    make_due(2)
    make_due(1)

    def break_on_two(instance: Page, **kwargs: Any) -> None:
        if instance.slug == "due-2":
            raise DatabaseError

    page_published.connect(break_on_two)
    try:
        with pytest.raises(CommandError):
            call_command("publish_scheduled")
    finally:
        page_published.disconnect(break_on_two)

    assert get_live() == {"due-3", "due-1"}


def test_a_refusal_is_logged_once_however_often_it_is_tried(caplog: Any) -> None:
    make_due(body=WITHOUT_BLOCK)

    first = run(timezone.now())
    caplog.clear()
    second = run(timezone.now(), known=frozenset(first.refused))

    assert first.refused == second.refused != []
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []


def test_what_expires_is_taken_down() -> None:
    page = make_news()
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))

    call_command("publish_scheduled")

    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_a_dry_run_changes_nothing(capsys: Any) -> None:
    page = make_due()

    call_command("publish_scheduled", "--dryrun")

    assert str(page.latest_revision_id) in capsys.readouterr().out
    assert get_live() == set()


@pytest.mark.django_db(transaction=True)  # the loop closes connections that have grown old
def test_the_loop_goes_on_until_it_is_stopped() -> None:
    make_due(2)
    make_due(1, body=WITHOUT_BLOCK)

    ticks = []

    def stop(now: Any, **kwargs: Any) -> None:
        ticks.append(now)
        if len(ticks) == 3:
            raise KeyboardInterrupt

    clock_ticked.connect(stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            call_command("publish_scheduled", "--loop", "0.01")
    finally:
        clock_ticked.disconnect(stop)

    assert get_live() == {"due-2"}
    assert len(set(ticks)) == 3
