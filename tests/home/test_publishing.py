"""The gate's rules, one by one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page

from articles.models import NewsPage
from home.models import Disclaimer
from home.publishing import PublishRefused, is_servable, problems, visible
from tests.factories import get_home, make_body, make_clinic, make_image, make_news
from tests.home.doors import WITHOUT_BLOCK, force_live, make_russian, translate_disclaimer
from tests.home.editor import make_administrator

pytestmark = pytest.mark.django_db


def get_codes(page: Any) -> list[str]:
    return [problem.code for problem in problems(page)]


def test_a_complete_page_has_no_problem() -> None:
    assert get_codes(make_news(live=False)) == []


@pytest.mark.parametrize("make", [make_news, make_clinic])
def test_news_and_clinics_need_exactly_one_disclaimer(make: Any) -> None:
    assert get_codes(make(live=False, body=WITHOUT_BLOCK)) == ["disclaimer_missing"]


def test_a_second_disclaimer_is_one_too_many() -> None:
    page = make_news(live=False, body=[*make_body(), *make_body()])

    assert get_codes(page) == ["disclaimer_repeated"]


def test_a_disclaimer_inside_another_block_does_not_count() -> None:
    page = make_news(live=False)
    nested = {"type": "callout", "value": {"body": [{"type": "disclaimer", "value": {}}]}}
    page.body = NewsPage._meta.get_field("body").to_python([nested])

    assert get_codes(page) == ["disclaimer_missing"]


def test_counting_blocks_asks_nothing_of_the_database() -> None:
    from home.publishing.gate import count_blocks

    page = NewsPage.objects.get(pk=make_news().pk)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        count_blocks(page)

    assert len(queries) == 0


def test_the_text_must_be_in_the_language_of_the_page() -> None:
    page = make_news(live=False, parent=make_russian())
    assert get_codes(page) == ["disclaimer_not_approved"]

    translate_disclaimer(publish_as=make_administrator())

    assert get_codes(page) == []


def test_saving_takes_the_translation_of_the_disclaimer() -> None:
    parent = make_russian()
    text = translate_disclaimer(publish_as=make_administrator())

    page = make_news(parent=parent)

    assert page.disclaimer == text


@pytest.mark.parametrize("live", [True, False])
def test_saving_takes_the_disclaimer_that_the_block_names(live: bool) -> None:
    other = make_other_disclaimer()

    page = make_news(live=live, body=[("disclaimer", {"disclaimer": other}), *WITHOUT_BLOCK])

    assert page.disclaimer == other
    assert page.shown_disclaimer == other


def test_emptying_the_block_goes_back_to_the_general_disclaimer() -> None:
    body = [("disclaimer", {"disclaimer": make_other_disclaimer()}), *WITHOUT_BLOCK]
    page = make_news(body=body)

    page.body = make_body()
    page.save_revision().publish()

    page.refresh_from_db()
    assert page.disclaimer.key == "general"


def make_other_disclaimer() -> Disclaimer:
    user = make_administrator()
    other = Disclaimer.objects.create(
        key="surgery",
        heading="Surgery",
        body="<p>Ask a surgeon.</p>",
        locale=Locale.get_default(),
        live=False,
    )
    other.save_revision(user=user).publish(user=user)
    return Disclaimer.objects.get(pk=other.pk)


def test_production_does_not_count_the_approval_of_the_demo(settings: Any, client: Any) -> None:
    page = make_news()
    settings.ACCEPT_DEMO_APPROVALS = False

    assert get_codes(page) == ["disclaimer_not_approved"]
    assert client.get(page.url).status_code == 404

    user = make_administrator()
    page.disclaimer.save_revision(user=user).publish(user=user)

    assert get_codes(page) == []
    assert client.get(page.url).status_code == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"people_consent": "missing"}, "image_without_consent"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "image_licence_expired"),
        ({"expires_on": timezone.localdate()}, None),
        ({"people_consent": "given"}, None),
    ],
)
def test_a_picture_that_may_not_be_shown_keeps_its_page_back(
    fields: dict[str, Any], code: str | None
) -> None:
    image = make_image(**fields)
    page = make_news(live=False, hero=[("hero", {"image": image, "alt": "A ward"})])

    assert get_codes(page) == ([code] if code else [])


def test_a_licence_that_expires_does_not_take_a_live_page_down(client: Any) -> None:
    image = make_image()
    page = make_news(hero=[("hero", {"image": image, "alt": "A ward"})])
    type(image).objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    assert client.get(page.url).status_code == 200
    with pytest.raises(PublishRefused):
        page.save_revision().publish()


def test_a_refusal_names_its_field_and_leaves_no_trace() -> None:
    page = make_news(live=False, body=WITHOUT_BLOCK)

    with pytest.raises(PublishRefused) as refused:
        page.get_latest_revision().publish()

    assert list(refused.value.message_dict) == ["body"]
    page.refresh_from_db()
    assert not page.live
    assert page.first_published_at is None


def test_a_refusal_leaves_the_schedule_as_it_was() -> None:
    page = make_news(live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    page.go_live_at, page.body = None, WITHOUT_BLOCK
    flawed = page.save_revision(clean=False)

    with pytest.raises(PublishRefused):
        flawed.publish()

    assert page.revisions.filter(approved_go_live_at__isnull=False).count() == 1


def test_a_new_live_page_that_fails_is_kept_as_a_draft() -> None:
    parent = make_news().get_parent()

    page = parent.add_child(instance=NewsPage(title="New", slug="new", live=True, body=[]))

    page.refresh_from_db()
    assert not page.live
    assert page.has_unpublished_changes


def test_an_old_revision_opens_though_its_disclaimer_is_gone() -> None:
    other = make_other_disclaimer()
    page = make_news(body=[("disclaimer", {"disclaimer": other}), *WITHOUT_BLOCK])
    old = page.get_latest_revision()
    page.body = make_body()
    page.save_revision().publish()
    other.delete()

    assert old.as_object().disclaimer.key == "general"


def test_visible_keeps_order_and_other_pages() -> None:
    healthy, spoilt = make_news(), make_news(title="Two", slug="two")
    NewsPage.objects.filter(pk=spoilt.pk).update(body=[])
    home = get_home()

    pages = [Page.objects.get(pk=p.pk) for p in (spoilt, home, healthy)]

    assert [page.pk for page in visible(pages)] == [home.pk, healthy.pk]


@pytest.mark.parametrize("count", [1, 10])
def test_visible_costs_one_query_for_whole_pages(count: int) -> None:
    pages = [make_news(title=f"N{n}", slug=f"n{n}") for n in range(count)]

    with CaptureQueriesContext(connection) as queries:
        visible(pages)

    assert len(queries) == 1


def test_visible_costs_one_more_for_bare_pages() -> None:
    pages = [Page.objects.get(pk=make_news(title=f"N{n}", slug=f"n{n}").pk) for n in range(5)]

    with CaptureQueriesContext(connection) as queries:
        visible(pages)

    assert len(queries) <= 2


def test_a_page_that_is_not_served_alarms_once(client: Any, caplog: Any) -> None:
    cache.clear()
    page = make_news(title="Somebody's name")
    Disclaimer.objects.update(live=False)

    client.get(page.url)
    client.get(page.url)

    alarms = [r for r in caplog.records if r.name == "home.publishing.serving"]
    assert [r.levelname for r in alarms] == ["ERROR"]
    assert str(page.pk) in alarms[0].getMessage()
    assert "Somebody" not in alarms[0].getMessage()


def test_a_preview_shows_the_editor_what_readers_would_not_see() -> None:
    page = make_news(live=False, body=WITHOUT_BLOCK)

    assert [problem.code for problem in page.gate_problems] == ["disclaimer_missing"]
    response = page.make_preview_request()
    assert response.status_code == 200


def test_a_bare_page_may_be_moved_while_it_is_spoilt() -> None:
    page = make_news()
    Disclaimer.objects.update(live=False)

    bare = Page.objects.get(pk=page.pk)
    bare.save()

    assert not is_servable(page)


def test_a_draft_forced_live_is_told_by_the_gate(client: Any) -> None:
    page = make_news(live=False, body=WITHOUT_BLOCK)
    force_live(page)

    assert client.get(page.url).status_code == 404
