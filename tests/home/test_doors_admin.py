"""Doors in the admin, through its own views: no reader is harmed, no editor sees a server error."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import APIToken, GroupApprovalTask, Page, Workflow, WorkflowTask

from articles.models import NewsPage
from home.models import Disclaimer
from tests.factories import make_body, make_news
from tests.home.doors import FLAWS, TITLE, WITHOUT_BLOCK, force_live, get_leaks
from tests.home.editor import enter, fill_in, make_administrator

pytestmark = pytest.mark.django_db

Answer = Any


def admin(name: str, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def edit(page: NewsPage, client: Client, action: str, **changes: Any) -> Answer:
    return client.post(admin("edit", page.pk), {**fill_in(page, **changes), action: "1"})


def publish(page: NewsPage, client: Client) -> Answer:
    return edit(page, client, "action-publish")


def schedule(page: NewsPage, client: Client) -> Answer:
    return edit(page, client, "action-publish", go_live_at=timezone.now() + timedelta(days=1))


def submit(page: NewsPage, client: Client) -> Answer:
    return edit(page, client, "action-submit")


def create_and_publish(page: NewsPage, client: Client) -> Answer:
    parent = page.get_parent()
    new = NewsPage(title=TITLE, slug="zebra-new", locale=page.locale)
    values = {n: getattr(page, n) for n in ("lead", "body", "category", "sources")}
    url = admin("add", "articles", "newspage", parent.pk)
    return client.post(url, {**fill_in(new, **values), "action-publish": "1"})


def publish_many(page: NewsPage, client: Client) -> Answer:
    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    return client.post(f"{url}?id={page.pk}", {"include_descendants": ""})


def publish_the_tree(page: NewsPage, client: Client) -> Answer:
    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    return client.post(f"{url}?id={page.get_parent().pk}", {"include_descendants": "on"})


def approve(page: NewsPage, client: Client) -> Answer:
    state = start_review(page)
    url = admin("workflow_action", page.pk, "approve", state.current_task_state.pk)
    return client.post(url, {"comment": ""})


def approve_in_the_editor(page: NewsPage, client: Client) -> Answer:
    start_review(page)
    data = {**fill_in(page), "action-workflow-action": "1", "workflow-action-name": "approve"}
    return client.post(admin("edit", page.pk), data)


def start_review(page: NewsPage) -> Any:
    """As if it had been submitted before the flaw came."""
    group = Group.objects.create(name="Reviewers of the test")
    make_administrator().groups.add(group)
    task = GroupApprovalTask.objects.create(name="Read")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Reading")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    return workflow.start(page, make_administrator())


def revert(page: NewsPage, client: Client) -> Answer:
    flawed = page.get_latest_revision()
    data = {**fill_in(page), "action-publish": "1", "revision": flawed.pk}
    return client.post(admin("revisions_revert", page.pk, flawed.pk), data)


def copy(page: NewsPage, client: Client) -> Answer:
    force_live(page)
    return client.post(admin("copy", page.pk), copy_form(page, publish_copies="on"))


def copy_the_tree(page: NewsPage, client: Client) -> Answer:
    force_live(page)
    index = page.get_parent()
    extra = {"publish_copies": "on", "copy_subpages": "on"}
    return client.post(admin("copy", index.pk), copy_form(index, "news-copy", **extra))


def alias(page: NewsPage, client: Client) -> Answer:
    force_live(page)
    return client.post(admin("copy", page.pk), copy_form(page, alias="on"))


def copy_form(page: Page, slug: str = "zebra-copy", **extra: str) -> dict[str, Any]:
    parent = page.get_parent().pk
    return {"new_title": page.title, "new_slug": slug, "new_parent_page": parent, **extra}


def convert_alias(page: NewsPage, client: Client) -> Answer:
    twin = page.create_alias(update_slug="zebra-alias")
    force_live(twin)
    return client.post(admin("convert_alias", twin.pk))


def move(page: NewsPage, client: Client) -> Answer:
    force_live(page)
    twin = page.get_parent().copy(update_attrs={"slug": "news-two", "title": "Two"})
    return client.post(admin("move_confirm", page.pk, twin.pk))


def publish_by_the_admin_api(page: NewsPage, client: Client) -> Answer:
    return client.post(reverse("wagtailadmin_api:pages:action", args=(page.pk, "publish")))


def copy_by_the_admin_api(page: NewsPage, client: Client) -> Answer:
    force_live(page)
    url = reverse("wagtailadmin_api:pages:action", args=(page.pk, "copy"))
    return client.post(url, {"keep_live": True}, content_type="application/json")


def publish_by_v3(page: NewsPage, client: Client) -> Answer:
    call_v3("patch", f"{page.pk}/", {"meta": {"type": "articles.NewsPage"}, "title": TITLE})
    return call_v3("post", f"{page.pk}/actions/publish/")


def patch_and_publish_by_v3(page: NewsPage, client: Client) -> Answer:
    meta = {"type": "articles.NewsPage", "action": "publish"}
    return call_v3("patch", f"{page.pk}/", {"meta": meta, "title": TITLE})


def call_v3(method: str, path: str, data: Any = None) -> Answer:
    _token, key = APIToken.create_token(user=make_administrator(), name="test")
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})
    send = getattr(client, method)
    return send(f"/api/v3/pages/{path}", json.dumps(data or {}), content_type="application/json")


DOORS: list[Callable[[NewsPage, Client], Answer]] = [
    publish,
    schedule,
    submit,
    create_and_publish,
    publish_many,
    publish_the_tree,
    approve,
    approve_in_the_editor,
    revert,
    copy,
    copy_the_tree,
    alias,
    convert_alias,
    move,
    publish_by_the_admin_api,
    copy_by_the_admin_api,
    publish_by_v3,
    patch_and_publish_by_v3,
]
BEHIND_OUR_BACK = {copy, copy_the_tree, alias, convert_alias, move, copy_by_the_admin_api}


@pytest.mark.urls("tests.home.urls_v3")
@pytest.mark.parametrize("flaw", FLAWS, indirect=True)
class TestFlawed:
    @pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
    def test_the_door_holds_and_answers(
        self, door: Callable[[NewsPage, Client], Answer], flawed: NewsPage
    ) -> None:
        response = door(flawed, enter())

        assert response.status_code < 500
        assert get_leaks() == []
        if door not in BEHIND_OUR_BACK:
            assert not NewsPage.objects.filter(live=True).exists()
            assert not flawed.revisions.filter(approved_go_live_at__isnull=False).exists()

    def test_saving_a_draft_is_never_refused(self, flawed: NewsPage) -> None:
        response = enter().post(admin("edit", flawed.pk), fill_in(flawed, title="Still a draft"))

        assert response.status_code == 302
        flawed.refresh_from_db()
        assert flawed.draft_title == "Still a draft"

    def test_autosaving_a_draft_is_never_refused(self, flawed: NewsPage) -> None:
        assert autosave(flawed)["success"]


@pytest.mark.urls("tests.home.urls_v3")
@pytest.mark.parametrize("flaw", ["none"], indirect=True)
class TestHealthy:
    @pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
    def test_the_same_door_lets_a_page_through_that_has_its_disclaimer(
        self, door: Callable[[NewsPage, Client], Answer], flawed: NewsPage
    ) -> None:
        response = door(flawed, enter())

        assert response.status_code < 400
        assert get_leaks_of_healthy() == []
        if door not in {submit, schedule, approve_in_the_editor}:  # with changes, it asks again
            assert NewsPage.objects.filter(live=True).exists()


def get_leaks_of_healthy() -> list[str]:
    """Lists may name a healthy page; its own address must still carry the text."""
    return [url for url in get_leaks() if "zebra" in url]


def get_messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_editor_reads_what_is_missing_beside_the_field() -> None:
    page = FLAWS["absent"]()

    response = publish(page, enter())

    assert response.status_code == 200
    assert "The body has no disclaimer" in str(response.context["form"].errors["body"])


def test_the_draft_is_kept_when_publishing_is_refused_after_the_form() -> None:
    page = make_news(live=False)
    client = enter()
    data = {**fill_in(page, title="New title"), "action-publish": "1"}
    hold = refuse_from_now_on()

    with hold:
        response = client.post(admin("edit", page.pk), data, follow=True)

    assert response.status_code == 200
    assert "is not published" in get_messages(response)
    assert f"/admin/pages/{page.pk}/edit/" in get_messages(response)
    page.refresh_from_db()
    assert not page.live
    assert page.draft_title == "New title"


def refuse_from_now_on() -> Any:
    """Between the form and the save, somebody unpublishes the disclaimer behind our back."""
    from contextlib import contextmanager

    from django.db.models.signals import pre_save
    from wagtail.models import Revision

    @contextmanager
    def holding() -> Any:
        def withdraw(**kwargs: Any) -> None:
            Disclaimer.objects.update(live=False)

        pre_save.connect(withdraw, sender=Revision)
        try:
            yield
        finally:
            pre_save.disconnect(withdraw, sender=Revision)

    return holding()


def test_publishing_many_publishes_the_healthy_and_lists_the_refused() -> None:
    refused, healthy = FLAWS["absent"](), make_news(live=False, title="Healthy")
    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))

    response = enter().post(
        f"{url}?id={refused.pk}&id={healthy.pk}", {"include_descendants": ""}, follow=True
    )

    assert list(NewsPage.objects.live()) == [healthy]
    assert "1 page has been published" in get_messages(response)
    assert TITLE in get_messages(response)
    assert "The body has no disclaimer" in get_messages(response)
    assert f"/admin/pages/{refused.pk}/edit/" in get_messages(response)


def test_autosaving_a_live_page_without_its_block_keeps_the_live_one(client: Client) -> None:
    page = make_news(title=TITLE)

    answer = autosave(page, body=WITHOUT_BLOCK)

    assert answer["success"]
    page = NewsPage.objects.get(pk=page.pk)
    assert page.live
    assert page.has_unpublished_changes
    assert "does not constitute medical advice" in client.get(page.url).content.decode()


def test_autosaving_a_live_page_that_was_spoilt_still_works() -> None:
    page = make_news(title=TITLE)
    Disclaimer.objects.update(live=False)

    assert autosave(page)["success"]


def autosave(page: NewsPage, **changes: Any) -> Any:
    response = enter().post(
        admin("edit", page.pk), fill_in(page, **changes), headers={"Accept": "application/json"}
    )
    assert response.status_code == 200, response.content
    return response.json()


def test_a_copy_that_may_not_be_published_becomes_a_draft_and_says_so() -> None:
    page = FLAWS["absent"]()

    client = enter()
    copy(page, client)
    response = client.get(reverse("wagtailadmin_home"))

    assert not NewsPage.objects.get(slug="zebra-copy").live
    assert "The body has no disclaimer" in get_messages(response)


def test_publishing_an_original_makes_a_draft_of_an_alias_that_may_not_follow() -> None:
    page = make_news(title=TITLE)
    twin = page.create_alias(update_slug="zebra-alias")
    NewsPage.objects.filter(pk=twin.pk).update(disclaimer=page.disclaimer)
    spoil_language_of(twin)

    page.save_revision().publish()

    page.refresh_from_db()
    twin.refresh_from_db()
    assert page.live
    assert not twin.live


def spoil_language_of(page: NewsPage) -> None:
    from wagtail.models import Locale

    arabic, _ = Locale.objects.get_or_create(language_code="ar")
    Page.objects.filter(pk=page.pk).update(locale=arabic)


def test_a_refusal_answers_a_script_in_the_shape_of_the_editor() -> None:
    page = make_news(live=False)
    data = {**fill_in(page), "action-publish": "1"}

    with refuse_from_now_on():
        response = enter().post(
            admin("edit", page.pk), data, headers={"Accept": "application/json"}
        )

    assert response.status_code == 400
    assert response.json()["error_code"] == "refused"
    assert response.json()["errors"]["body"]


def test_v3_says_what_is_missing(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.home.urls_v3"
    page = make_news(title=TITLE)
    page.body = WITHOUT_BLOCK
    page.save_revision(clean=False)

    response = call_v3("post", f"{page.pk}/actions/publish/")

    assert response.status_code == 422
    assert "The body has no disclaimer" in response.content.decode()
    live = NewsPage.objects.get(pk=page.pk)
    assert live.live
    assert len(live.body) == len(make_body())


def test_a_refusal_by_v3_leaves_the_schedule_as_it_was(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.home.urls_v3"
    page = make_news(live=False, title=TITLE)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    page.go_live_at, page.body = None, WITHOUT_BLOCK
    page.save_revision(clean=False)

    response = call_v3("post", f"{page.pk}/actions/publish/")

    assert response.status_code == 422
    assert page.revisions.filter(approved_go_live_at__isnull=False).count() == 1
