"""Editors do all of their work in Wagtail's own views."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import Page

from articles.models import (
    Category,
    ClinicIndexPage,
    ClinicPage,
    NewsIndexPage,
    NewsPage,
    Person,
    Specialty,
)
from home.models import HomePage, SiteTexts, StandardPage
from tests.cast import log_in, make_coordinator, make_editor, make_reviewer
from tests.factories import (
    LEAD,
    get_home,
    make_body,
    make_category,
    make_clinic_index,
    make_hero,
    make_image,
    make_news,
    make_news_index,
    make_person,
)
from tests.home.editor import fill_in

pytestmark = pytest.mark.django_db

TEXT = [("paragraph", "<p>Who we are.</p>")]


def make_unsaved(model: type[Page]) -> tuple[Page, Page]:
    """A parent in the tree, and a page of this type that may stand below it."""
    make_image()
    if model is NewsPage:
        fields = {
            "lead": LEAD,
            "body": make_body(),
            "category": make_category(),
            "display_date": date(2026, 2, 5),
            "hero": make_hero(),
            "sources": [("source", {"publisher": "TASS"})],
        }
        parent = make_news_index()
    elif model is ClinicPage:
        fields = {"lead": LEAD, "body": make_body(), "country": "NZ", "city": "Port Alder"}
        parent = make_clinic_index()
    elif model is StandardPage:
        fields = {"body": TEXT}
        parent = get_home()
    else:
        fields = {"lead": "All of it."}
        parent = get_home()
    locale = parent.locale
    return parent, model(title="Written by hand", slug="by-hand", locale=locale, **fields)


PAGE_TYPES = [NewsPage, ClinicPage, StandardPage, NewsIndexPage, ClinicIndexPage]


@pytest.mark.parametrize("model", PAGE_TYPES)
def test_an_editor_creates_edits_and_publishes_a_page(model, client):
    parent, page = make_unsaved(model)
    browser = log_in(make_editor())
    args = [model._meta.app_label, model._meta.model_name, parent.pk]
    add_url = reverse("wagtailadmin_pages:add", args=args)

    assert browser.get(add_url).status_code == 200
    draft = browser.post(add_url, fill_in(page))
    page = model.objects.get(slug="by-hand")
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert draft.status_code == 302
    assert not page.live
    assert browser.get(edit_url).status_code == 200

    data = fill_in(page, title="Better title")
    published = browser.post(edit_url, {**data, "action-publish": "1"})

    page = model.objects.get(pk=page.pk)
    assert published.status_code == 302
    assert page.live
    assert "Better title" in client.get(page.get_url()).content.decode()


@pytest.mark.parametrize("model", PAGE_TYPES)
def test_an_editor_previews_a_page_before_and_after_it_is_saved(model):
    parent, page = make_unsaved(model)
    browser = log_in(make_editor())
    args = [model._meta.app_label, model._meta.model_name, parent.pk]
    new_url = reverse("wagtailadmin_pages:preview_on_add", args=args)

    assert browser.post(new_url, fill_in(page)).json()["is_valid"]
    assert "Written by hand" in browser.get(new_url).content.decode()

    parent.add_child(instance=page)
    page.save_revision()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert browser.post(url, fill_in(page, title="Not yet saved")).json()["is_valid"]
    text = browser.get(url).content.decode()
    assert "Not yet saved" in text
    assert not model.objects.filter(title="Not yet saved").exists()


def test_the_home_page_is_edited_and_previewed(client):
    home, section = get_home(), make_news().get_parent()
    browser = log_in(make_editor())
    edit_url = reverse("wagtailadmin_pages:edit", args=[home.pk])
    changed = fill_in(
        home,
        heading="Care abroad, arranged",
        sections=[("section", {"page": section, "heading": "Latest", "count": 3})],
    )
    preview_url = reverse("wagtailadmin_pages:preview_on_edit", args=[home.pk])

    assert browser.get(edit_url).status_code == 200
    assert browser.post(preview_url, changed).json()["is_valid"]
    assert "Care abroad, arranged" in browser.get(preview_url).content.decode()
    assert browser.post(edit_url, {**changed, "action-publish": "1"}).status_code == 302

    text = client.get(home.get_url()).content.decode()
    assert "Care abroad, arranged" in text
    assert "Latest" in text


def test_a_new_article_in_the_editor_begins_with_its_disclaimer():
    args = ["articles", "newspage", make_news_index().pk]

    form = log_in(make_editor()).get(reverse("wagtailadmin_pages:add", args=args)).context["form"]

    assert [child.block_type for child in form["body"].value()] == ["disclaimer"]


def test_a_refused_article_says_at_each_field_what_is_missing():
    page = make_news(live=False)
    browser = log_in(make_editor())
    data = fill_in(page, lead="Too short.", sources=[])

    answer = browser.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, "action-publish": "1"}
    )

    errors = answer.context["form"].errors
    assert answer.status_code == 200
    assert set(errors) == {"lead", "sources"}
    assert "10 characters" in errors["lead"][0]
    assert not NewsPage.objects.get(pk=page.pk).live


def test_a_reviewer_approves_what_an_editor_submitted():
    page = make_news(live=False)
    editor, reviewer = log_in(make_editor()), log_in(make_reviewer())
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])

    editor.post(edit_url, {**fill_in(page), "action-submit": "1"})
    page = NewsPage.objects.get(pk=page.pk)
    task = page.current_workflow_task_state
    reviewer.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]),
        {"comment": "Read and found right."},
    )

    assert NewsPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize(
    ("model", "fields", "change"),
    [
        (Category, {"name": "Research", "slug": "research"}, {"name": "Studies"}),
        (Specialty, {"name": "Cardiology", "slug": "cardiology"}, {"name": "Heart"}),
        (
            Person,
            {"name": "Dr. New", "qualification": "MD", "same_as-count": "0"},
            {"name": "Dr. Newer"},
        ),
    ],
)
def test_an_editor_adds_finds_changes_and_deletes_a_snippet(model, fields, change):
    browser = log_in(make_editor())

    def url(name, *args):
        return reverse(model.snippet_viewset.get_url_name(name), args=args)

    assert browser.get(url("add")).status_code == 200
    assert browser.post(url("add"), fields).status_code == 302
    row = model.objects.get(name=fields["name"])
    assert fields["name"] in browser.get(url("list"), {"q": fields["name"]}).content.decode()
    assert browser.post(url("edit", row.pk), {**fields, **change}).status_code == 302
    assert model.objects.get(pk=row.pk).name == change["name"]
    assert browser.post(url("delete", row.pk)).status_code == 302
    assert not model.objects.filter(pk=row.pk).exists()


def test_a_category_in_use_cannot_be_deleted():
    category = make_category()
    make_news(category=category)
    delete_url = reverse(Category.snippet_viewset.get_url_name("delete"), args=[category.pk])

    answer = log_in(make_editor()).post(delete_url)

    assert answer.status_code < 500
    assert Category.objects.filter(pk=category.pk).exists()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Category, {"name": "Again", "slug": "taken"}),
        (Specialty, {"name": "Again", "slug": "taken"}),
    ],
)
def test_two_of_a_language_cannot_share_a_slug(model, fields):
    model.objects.create(name="First", slug="taken")
    add_url = reverse(model.snippet_viewset.get_url_name("add"))

    answer = log_in(make_editor()).post(add_url, fields)

    assert answer.status_code == 200
    assert "taken in this language" in answer.context["form"].errors["slug"][0]
    assert model.objects.count() == 1


def test_an_editor_writes_the_sites_texts(client):
    texts = SiteTexts.objects.get()
    edit_url = reverse(SiteTexts.snippet_viewset.get_url_name("edit"), args=[texts.pk])

    log_in(make_editor()).post(edit_url, {"tagline": "Care, arranged.", "footer": "Since 2026."})

    assert "Since 2026." in client.get(get_home().get_url()).content.decode()


def test_a_coordinator_has_no_part_in_editing():
    page, person = make_news(), make_person()
    browser = log_in(make_coordinator())
    person_url = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])

    assert browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302
    assert browser.get(person_url).status_code == 302
    assert browser.get("/admin/reports/stale-facts/").status_code == 302
    assert browser.get("/admin/reports/disclaimers/").status_code == 302


def test_home_pages_stand_only_at_the_top():
    assert [model.__name__ for model in HomePage.clean_parent_page_models()] == ["Page"]
