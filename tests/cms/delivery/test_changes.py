"""The order of changes: that of commits, whoever publishes at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from cms.delivery import changes
from cms.delivery.models import Document, Reason
from tests.factories import make_news

pytestmark = pytest.mark.django_db


def read(after: int = 0, locale: str = "") -> list[changes.Change]:
    return changes.get_changes(after, 1000, locale)


def test_each_change_has_a_number_and_the_last_is_what_counts():
    one, two = make_news(title="One", slug="one"), make_news(title="Two", slug="two")
    first = read()
    last = first[-1].number

    one.title = "One anew"
    one.save_revision().publish()

    numbers = [change.number for change in first]
    assert numbers == sorted(set(numbers))
    assert {"disclaimer", "news"} <= {change.kind for change in first}
    assert [(c.id, c.is_there, b"One anew" in c.card) for c in read(last)] == [(one.pk, True, True)]
    assert [c.id for c in read()].count(one.pk) == 1
    assert two.pk in {c.id for c in read(locale="en")}
    assert read(locale="ru") == []


def test_what_is_taken_down_is_told_before_what_is_new():
    old = make_news(title="Old", slug="old")
    last = read()[-1].number

    make_news(title="New", slug="new")
    old.unpublish()

    assert [(c.id == old.pk, c.is_there, c.reason, c.body != b"") for c in read(last)] == [
        (True, False, Reason.RECALLED, False),
        (False, True, "", True),
    ]


def test_what_is_hidden_behind_our_back_is_told_as_gone():
    page = make_news()
    type(page).objects.filter(pk=page.pk).update(live=False)

    told = [c for c in read() if c.id == page.pk]

    assert [(c.is_there, c.reason, c.body, c.card) for c in told] == [
        (False, Reason.RECALLED, b"", b"")
    ]


def test_tombstones_are_thrown_away_and_whoever_missed_them_is_told():
    page = make_news()
    page.delete()
    last = read()[-1].number

    changes.forget(timezone.now() + timedelta(days=changes.TOMBSTONE_DAYS + 1))

    assert not Document.objects.filter(pk=page.pk).exists()
    assert changes.get_forgotten() == last


@pytest.mark.django_db(transaction=True)
def test_whoever_commits_later_has_the_higher_number_and_nobody_waits():
    if connection.vendor == "sqlite":
        return  # one writer: what commits later began later
    slow, quick = make_news(title="Slow", slug="slow"), make_news(title="Quick", slug="quick")
    last = read()[-1].number
    written, may_commit = threading.Event(), threading.Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            Document.objects.filter(pk=slow.pk).update(etag="slow", change=None)
            written.set()
            may_commit.wait(30)
        connections.close_all()

    thread = threading.Thread(target=publish_slowly)
    thread.start()
    written.wait(30)
    quick.title = "Quick anew"
    quick.save_revision().publish()
    before = read(last)
    may_commit.set()
    thread.join(30)
    after = read(before[-1].number)

    assert [c.id for c in before] == [quick.pk]
    assert [c.id for c in after] == [slow.pk]
