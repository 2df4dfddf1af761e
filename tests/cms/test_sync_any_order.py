"""Whatever editors do, and whenever an app asks: in the end it holds what is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from articles.models import ClinicPage, NewsPage
from cms.delivery import tasks
from home.models import Disclaimer
from home.publishing import PublishRefused
from tests.cast import make_reviewer
from tests.cms.app import App, list_everything
from tests.factories import make_body, make_clinic, make_news, make_news_index

Act = Callable[[int], None]
ROOMY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class UndoneError(Exception):
    """Nothing of an example is left for the next."""


def pick(model: Any, number: int, **where: Any) -> Any | None:
    found = list(model.objects.filter(**where).order_by("pk"))
    return found[number % len(found)] if found else None


def write_news(number: int) -> None:
    clinic = pick(ClinicPage, number, live=True)
    blocks = [("clinic_card", {"clinic": clinic, "note": ""})] if clinic else []
    last = Page.objects.latest("pk").pk  # a page that is there has no other's number in its slug
    make_news(title=f"News {last}", slug=f"news-{last}", body=make_body(*blocks))


def change_title(model: Any) -> Act:
    def act(number: int) -> None:
        page = pick(model, number)
        if page is not None:
            page.title = f"{page.title[:40]} {number}"
            page.save_revision().publish()

    return act


def save_draft(number: int) -> None:
    page = pick(NewsPage, number)
    if page is not None:
        page.title = "Needle"
        page.save_revision()


def take_down(number: int) -> None:
    page = pick(NewsPage, number, live=True)
    if page is not None:
        page.unpublish(set_expired=bool(number % 2))


def delete(number: int) -> None:
    page = pick(NewsPage, number)
    if page is not None:
        page.delete()


def close(number: int) -> None:
    page = pick(Page, number, depth__gt=2)
    if page is not None:
        PageViewRestriction.objects.get_or_create(page=page, restriction_type="login")


def open_up(number: int) -> None:
    found = pick(PageViewRestriction, number)
    if found is not None:
        found.delete()


def move_section(number: int) -> None:
    index = Page.objects.get(slug__startswith="news-section").specific
    index.slug = f"news-section-{number}"
    index.save_revision().publish()


def change_disclaimer(number: int) -> None:
    disclaimer = Disclaimer.objects.get()
    disclaimer.heading = f"Disclaimer {number}"
    disclaimer.save_revision().publish(user=make_reviewer())


def change_behind_our_back(number: int) -> None:
    """Found by the look at everything that is taken each day."""
    page = pick(NewsPage, number, live=True)
    if page is not None:
        NewsPage.objects.filter(pk=page.pk).update(live=False)
        tasks.sweep(timezone.now() + timedelta(days=1))


ACTS: list[Act] = [
    *(write_news, change_title(NewsPage), change_title(ClinicPage), save_draft, take_down),
    *(delete, close, open_up, move_section, change_disclaimer, change_behind_our_back),
]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.booleans()), max_size=8)


def get_pages() -> dict[int, Any]:
    """Every page that a reader may have."""
    answers = {pk: Client().get(f"/api/v1/pages/{pk}") for pk in get_numbers()}
    return {pk: a.json()["page"] for pk, a in answers.items() if a.status_code == 200}


def get_numbers() -> list[int]:
    return list(Page.objects.filter(depth__gt=1).order_by("pk").values_list("pk", flat=True))


def check(steps: list[tuple[Act, int, bool]], limit: int) -> None:
    index = make_news_index(slug="news-section", title="News")
    clinic = make_clinic(title="Harbour")
    make_news(index, title="First", body=make_body(("clinic_card", {"clinic": clinic, "note": ""})))
    app, late = App(limit=limit), App(limit=limit)
    for act, number, then_sync in steps:
        try_to(act, number)
        tasks.rebuild()  # what a worker does within seconds
        if then_sync:
            app.sync()
    app.sync()
    late.sync()
    shown = {pk: app.show(pk) for pk in app.pages}
    assert {pk: page["body"] for pk, page in shown.items()} == get_pages()
    assert shown == late.pages
    assert app.disclaimers == late.disclaimers
    for kind in ("news", "clinics"):
        for pk, item in list_everything(kind).items():
            assert shown[pk] == {"card": item["card"], "body": item["body"]}
    assert "Needle" not in str(app.pages)


def try_to(act: Act, number: int) -> None:
    """An editor who is refused has changed nothing."""
    try:
        with transaction.atomic():
            act(number)
    except PublishRefused:
        pass


def run(steps: list[tuple[Act, int, bool]], limit: int) -> None:
    try:
        with transaction.atomic():
            check(steps, limit)
            raise UndoneError
    except UndoneError:
        pass


@pytest.mark.django_db
@given(STEPS, st.integers(1, 4))
@hypothesis_settings(max_examples=6, derandomize=True, **ROOMY)
def test_an_app_that_follows_the_changes_holds_what_is_there(steps, limit):
    run(steps, limit)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.django_db
@given(STEPS, st.integers(1, 4))
@hypothesis_settings(max_examples=300, **ROOMY)
def test_an_app_that_follows_the_changes_holds_what_is_there_however_long(steps, limit):
    run(steps, limit)
