"""The disclaimer itself: who may publish it, and that nobody takes it from under live pages."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from articles.models import NewsPage
from cms.groups import EDITORS, REVIEWERS, set_up_groups
from home.models import Disclaimer, DisclaimerVersion
from home.publishing import DisclaimerInUse, PublishRefused
from tests.factories import make_news
from tests.home.doors import TEXTS, make_russian, translate_disclaimer
from tests.home.editor import enter, fill_in_disclaimer, make_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def text() -> Disclaimer:
    return Disclaimer.objects.get(locale__language_code="en")


def snippet(name: str, text: Disclaimer) -> str:
    return reverse(f"wagtailsnippets_home_disclaimer:{name}", args=(text.pk,))


def make_member(group: str) -> Any:
    set_up_groups()
    user = get_user_model().objects.create(username=group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def get_messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- Publishing is approving ------------------------------------------------------------


def test_publishing_counts_up_and_writes_the_log(text: Disclaimer) -> None:
    reviewer = make_member(REVIEWERS)
    text.body = "<p>New words.</p>"

    text.save_revision(user=reviewer).publish(user=reviewer)

    text.refresh_from_db()
    assert (text.version, text.approved_by, text.approval_is_demo) == (2, reviewer, False)
    assert text.is_valid
    logged = DisclaimerVersion.objects.get(version=2)
    assert (logged.body, logged.checksum) == ("<p>New words.</p>", text.checksum)
    assert logged.approved_by == str(reviewer)


def test_a_changed_text_shows_at_once_on_every_page(text: Disclaimer, client: Any) -> None:
    page = make_news()
    text.body = "<p>Entirely new words.</p>"

    text.save_revision().publish(user=make_administrator())

    assert "Entirely new words." in client.get(page.url).content.decode()


def test_nobody_publishes_a_changed_text_by_a_script(text: Disclaimer, client: Any) -> None:
    page = make_news()
    text.body = "<p>Silently other words.</p>"
    revision = text.save_revision()

    with pytest.raises(PublishRefused):
        revision.publish()

    assert TEXTS["en"] in client.get(page.url).content.decode()
    assert DisclaimerVersion.objects.count() == 1


def test_nobody_publishes_a_new_text_by_a_script() -> None:
    make_russian()
    text = translate_disclaimer()

    with pytest.raises(PublishRefused):
        text.save_revision().publish()

    text.refresh_from_db()
    assert not text.live


def test_an_editor_may_draft_but_not_publish(text: Disclaimer) -> None:
    editor = make_member(EDITORS)
    text.body = "<p>An editor's words.</p>"
    revision = text.save_revision(user=editor)

    with pytest.raises(PermissionDenied):
        revision.publish(user=editor)
    with pytest.raises(PublishRefused):  # an author without the right is nobody
        revision.publish()


def test_the_editor_in_the_admin_is_offered_no_publishing(text: Disclaimer) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_member(EDITORS))

    client.post(
        snippet("edit", text),
        {**fill_in_disclaimer(text, body="<p>Mine.</p>"), "action-publish": "1"},
    )

    text.refresh_from_db()
    assert text.version == 1
    assert TEXTS["en"] in text.body


def test_the_reviewer_publishes_in_the_admin(text: Disclaimer, client: Any) -> None:
    page = make_news()
    reviewer = make_member(REVIEWERS)
    browser = Client(raise_request_exception=False)
    browser.force_login(reviewer)

    response = browser.post(
        snippet("edit", text),
        {**fill_in_disclaimer(text, body="<p>Reviewed words.</p>"), "action-publish": "1"},
    )

    assert response.status_code == 302
    text.refresh_from_db()
    assert (text.version, text.approved_by) == (2, reviewer)
    assert "Reviewed words." in client.get(page.url).content.decode()


def test_a_copy_for_translating_carries_no_approval(text: Disclaimer) -> None:
    make_russian()
    copy = text.copy_for_translation(Locale.objects.get(language_code="ru"))
    copy.save()

    copy.refresh_from_db()
    assert (copy.version, copy.approved_at, copy.is_valid) == (0, None, False)


def test_an_approval_is_bound_to_the_language(text: Disclaimer) -> None:
    Disclaimer.objects.update(locale=Locale.objects.get_or_create(language_code="ar")[0])

    text.refresh_from_db()
    assert not text.is_untouched


def test_versions_go_on_counting_after_a_text_was_deleted() -> None:
    make_russian()
    translate_disclaimer(publish_as=make_administrator()).delete()

    again = translate_disclaimer(publish_as=make_administrator())

    assert again.version == 2


def test_nobody_sets_a_clock_on_a_disclaimer(text: Disclaimer) -> None:
    user = make_administrator()
    for name in ("go_live_at", "expire_at"):
        late = Disclaimer.objects.get(pk=text.pk)
        setattr(late, name, timezone.now() + timezone.timedelta(days=1))
        with pytest.raises(ValidationError):
            late.save_revision(user=user, clean=False).publish(user=user)


# --- Nobody takes it from under live pages ----------------------------------------------


def unpublish(text: Disclaimer) -> None:
    text.unpublish(user=make_administrator())


def expire(text: Disclaimer) -> None:
    text.unpublish(set_expired=True)


def save_as_draft(text: Disclaimer) -> None:
    text.live = False
    text.save()


def save_the_field(text: Disclaimer) -> None:
    text.live = False
    text.save(update_fields=["live"])


def empty(text: Disclaimer) -> None:
    text.body = "<p>&nbsp; </p>"
    text.save()


def reword(text: Disclaimer) -> None:
    text.body = "<p>Buy now.</p>"
    text.save()


def move_to_another_language(text: Disclaimer) -> None:
    text.locale, _ = Locale.objects.get_or_create(language_code="ar")
    text.save()


def delete(text: Disclaimer) -> None:
    text.delete()


def delete_many(text: Disclaimer) -> None:
    Disclaimer.objects.all().delete()


WITHDRAWALS = [
    unpublish,
    expire,
    save_as_draft,
    save_the_field,
    empty,
    reword,
    move_to_another_language,
    delete,
    delete_many,
]


@pytest.mark.parametrize("withdraw", WITHDRAWALS, ids=lambda f: f.__name__)
def test_a_disclaimer_in_use_stays(withdraw: Any, text: Disclaimer, client: Any) -> None:
    page = make_news()

    with pytest.raises((ValidationError, ProtectedError)), transaction.atomic():
        withdraw(text)

    assert TEXTS["en"] in client.get(page.url).content.decode()


@pytest.mark.parametrize("withdraw", [unpublish, delete], ids=lambda f: f.__name__)
def test_a_disclaimer_that_no_live_page_shows_may_go(withdraw: Any) -> None:
    make_russian()
    text = translate_disclaimer(publish_as=make_administrator())

    withdraw(text)

    assert not Disclaimer.objects.filter(locale__language_code="ru", live=True).exists()


def test_a_translation_is_in_use_also_where_the_key_still_names_the_original() -> None:
    parent = make_russian()
    text = translate_disclaimer(publish_as=make_administrator())
    page = make_news(parent=parent)
    english = Disclaimer.objects.get(locale__language_code="en")
    NewsPage.objects.filter(pk=page.pk).update(disclaimer=english)

    with pytest.raises(ProtectedError), transaction.atomic():
        text.delete()
    with pytest.raises(DisclaimerInUse) as refused:
        text.unpublish()

    assert [p.pk for p in refused.value.pages] == [page.pk]


@pytest.mark.parametrize("body", ["", " ", "<p></p>", "<p>&nbsp;</p>", "<p> <br/> </p>"])
def test_the_database_takes_no_blank_text(body: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclaimer.objects.update(body=body)


def post_unpublish(browser: Client, text: Disclaimer) -> Any:
    return browser.post(snippet("unpublish", text), follow=True)


def post_delete(browser: Client, text: Disclaimer) -> Any:
    return browser.post(snippet("delete", text), follow=True)


def post_delete_many(browser: Client, text: Disclaimer) -> Any:
    url = reverse("wagtail_bulk_action", args=("home", "disclaimer", "delete"))
    return browser.post(f"{url}?id={text.pk}", follow=True)


@pytest.mark.parametrize(
    "post", [post_unpublish, post_delete, post_delete_many], ids=lambda f: f.__name__
)
def test_the_admin_lists_the_pages_that_stand_on_it(post: Any, text: Disclaimer) -> None:
    page = make_news(title="Stands on it")

    response = post(enter(), text)

    assert response.status_code == 200
    assert "Stands on it" in get_messages(response)
    assert f"/admin/pages/{page.pk}/edit/" in get_messages(response)
    text.refresh_from_db()
    assert text.live


@pytest.mark.parametrize("body", ["", "<p>&nbsp;</p>"])
def test_emptying_it_in_the_admin_is_a_form_error(body: str, text: Disclaimer) -> None:
    make_news()

    response = enter().post(
        snippet("edit", text), {**fill_in_disclaimer(text, body=body), "action-publish": "1"}
    )

    assert response.status_code == 200
    text.refresh_from_db()
    assert TEXTS["en"] in text.body


def test_autosaving_an_empty_draft_is_no_server_error(text: Disclaimer) -> None:
    response = enter().post(
        snippet("edit", text),
        fill_in_disclaimer(text, body=""),
        headers={"Accept": "application/json"},
    )

    assert response.status_code < 500
