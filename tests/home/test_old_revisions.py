"""Old revisions that name what was deleted since: no editor meets a server error for it."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Locale, Revision

from articles.models import (
    ClinicDoctor,
    ClinicPage,
    NewsAuthor,
    NewsPage,
    NewsSpecialty,
)
from home.publishing import PublishRefused
from home.revisions import without_dead_targets
from tests.factories import (
    make_category,
    make_clinic,
    make_news,
    make_person,
    make_specialty,
)
from tests.home.editor import enter, fill_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def forgetful() -> tuple[NewsPage, Revision]:
    """An article, and its old revision: the category, the author and a specialty are deleted."""
    gone = [make_category("Old", "old"), make_person("Gone"), make_specialty("Gone", "gone")]
    page = make_news(category=gone[0], live=False)
    page.authors = [NewsAuthor(person=gone[1]), NewsAuthor(person=make_person("Here"))]
    page.specialties = [NewsSpecialty(specialty=gone[2])]
    old = page.save_revision()
    page.authors, page.specialties, page.category = [], [], make_category()
    page.save_revision().publish()
    for row in gone:
        row.delete()
    return NewsPage.objects.get(pk=page.pk), Revision.objects.get(pk=old.pk)


VIEWS = ["revisions_revert", "revisions_view", "revisions_compare"]


@pytest.mark.parametrize("view", VIEWS)
def test_an_old_revision_opens_where_what_it_names_was_deleted(
    view: str, forgetful: tuple[NewsPage, Revision]
) -> None:
    page, old = forgetful
    others = ["live"] if view == "revisions_compare" else []

    response = enter().get(reverse(f"wagtailadmin_pages:{view}", args=[page.pk, old.pk, *others]))

    assert response.status_code == 200


def test_what_is_gone_is_empty_and_what_is_left_stands(
    forgetful: tuple[NewsPage, Revision],
) -> None:
    _page, old = forgetful

    opened = old.as_object()

    assert opened.category_id is None
    assert [row.person.name for row in opened.authors.all()] == ["Here"]
    assert not opened.specialties.all()
    assert opened.title == "A new ward"


def test_reverting_to_it_saves_a_draft_and_publishing_asks_for_a_category(
    forgetful: tuple[NewsPage, Revision],
) -> None:
    page, old = forgetful
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk])
    offered = enter().get(url).context["form"]["category"].value()
    data = {**fill_in(page), "revision": old.pk, "category": offered or ""}

    saved = enter().post(url, data)
    published = enter().post(url, {**data, "action-publish": "1"})

    assert saved.status_code == 302
    assert published.status_code == 200
    assert published.context["form"].errors["category"]
    assert NewsPage.objects.get(pk=page.pk).category == make_category()


def test_publishing_the_old_revision_is_refused_in_words(
    forgetful: tuple[NewsPage, Revision],
) -> None:
    _page, old = forgetful

    with pytest.raises(PublishRefused, match="Choose a category"):
        old.publish()


def test_a_clinic_opens_without_the_doctor_who_was_deleted() -> None:
    page, doctor = make_clinic(), make_person("Gone")
    page.doctors = [ClinicDoctor(person=doctor)]
    old = page.save_revision()
    doctor.delete()

    assert enter().get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert not old.as_object().doctors.all()


def test_a_key_that_may_not_be_empty_stays_what_the_page_has() -> None:
    page = make_clinic()
    arabic = Locale.objects.create(language_code="ar")
    old = page.save_revision()
    Revision.objects.filter(pk=old.pk).update(content={**old.content, "locale": arabic.pk})
    arabic.delete()

    opened = Revision.objects.get(pk=old.pk).as_object()

    assert isinstance(opened, ClinicPage)
    assert opened.locale == page.locale


def test_looking_for_the_deleted_asks_nothing_where_nothing_changed(
    django_assert_max_num_queries: Any,
) -> None:
    page = make_news()
    content = page.get_latest_revision().content

    with django_assert_max_num_queries(0):
        assert without_dead_targets(page, content) == content
