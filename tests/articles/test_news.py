"""What news must say before readers see it, and what they see."""

import json
import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from articles.models import NewsAuthor, NewsClinic, NewsIndexPage, NewsPage, NewsSpecialty
from home.documents import build
from home.publishing import problems
from tests.factories import (
    LEAD,
    add_page,
    get_home,
    make_body,
    make_category,
    make_clinic,
    make_hero,
    make_image,
    make_news,
    make_news_index,
    make_person,
    make_specialty,
)
from tests.home.editor import enter

pytestmark = pytest.mark.django_db

CORRECTION = {"date": date(2026, 2, 6), "text": "An earlier version named the wrong year."}


def codes(page: NewsPage) -> list[str]:
    return [problem.code for problem in problems(page)]


def test_news_with_everything_it_needs_has_no_problems():
    assert codes(make_news()) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lead": "x" * 59}, "lead_length"),
        ({"lead": "x" * 401}, "lead_length"),
        ({"lead": " " * 100}, "lead_length"),
        ({"sources": []}, "source_missing"),
        ({"change_note": "The dose was added."}, "change_undated"),
        ({"request_form": "another"}, "request_page_missing"),
        ({"body": [("paragraph", "<p>No disclaimer here.</p>")]}, "disclaimer_missing"),
    ],
)
def test_news_that_lacks_something_stays_a_draft(fields, code):
    page = make_news(live=False, **fields)

    assert codes(page) == [code]
    with pytest.raises(ValidationError):
        page.get_latest_revision().publish()
    assert not NewsPage.objects.get(pk=page.pk).live


def test_news_without_a_category_is_refused():
    page = make_news(live=False)

    page.category = None

    assert codes(page) == ["category_missing"]


@pytest.mark.parametrize("length", [60, 400])
def test_a_lead_of_just_the_allowed_length_is_published(length):
    assert make_news(lead="x" * length).live


def test_a_picture_without_words_in_the_pages_language_is_a_problem():
    silent = make_image(alt_texts={"ru": "Палата"})
    page = make_news(hero=make_hero(silent), live=False)

    assert codes(page) == ["picture_without_alt"]
    page.hero = make_hero(silent, alt="A quiet ward")
    assert codes(page) == []


def test_the_day_readers_see_is_the_editors_or_that_of_the_first_publication():
    chosen = make_news(display_date=date(2026, 2, 5), title="Chosen")
    unset = make_news(title="Unset")

    assert chosen.published_on == date(2026, 2, 5)
    assert unset.display_date == unset.first_published_at.date()


def test_a_new_page_begins_with_its_disclaimer():
    assert [child.block_type for child in NewsPage(title="New").body] == ["disclaimer"]


def test_readers_see_what_the_editor_wrote(client):
    clinic = make_clinic()
    page = make_news(
        live=False,
        title="Adults get the therapy",
        display_date=date(2026, 2, 5),
        corrections=[("correction", CORRECTION)],
        change_note="The dose was added.",
        changed_on=date(2026, 2, 7),
    )
    page.authors = [NewsAuthor(person=make_person("Ada Writer"))]
    page.related_clinics = [NewsClinic(clinic=clinic)]
    page.specialties = [NewsSpecialty(specialty=make_specialty())]
    page.save_revision().publish()

    text = client.get(page.get_url()).content.decode()

    for words in (
        "Adults get the therapy",
        LEAD,
        "Feb 05, 2026",
        "TASS",
        "Ada Writer",
        "MD, haematologist",
        "Harbour Clinic",
        "An earlier version named the wrong year.",
        "The dose was added.",
        "does not constitute medical advice",
    ):
        assert words in text, words
    assert text.count("<h1") == 1


def test_the_page_tells_search_engines_what_it_is(client):
    hero = make_hero(make_image(), alt="A quiet ward")
    page = make_news(title="Cells </script> & more", hero=hero, display_date=date(2026, 2, 5))

    text = client.get(page.get_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    data = json.loads(block[1])

    assert data["headline"] == "Cells </script> & more"
    assert data["@type"] == ["NewsArticle", "MedicalWebPage"]
    assert data["datePublished"] == "2026-02-05"
    assert data["url"] == page.full_url
    assert data["image"].startswith("http")
    assert "reviewedBy" not in data


def test_the_index_lists_the_newest_first_and_filters_by_category(client):
    index = make_news_index()
    research = make_category("Research", "research")
    make_news(index, title="Older", display_date=date(2026, 1, 1))
    make_news(index, title="Newer", display_date=date(2026, 2, 1), category=research)

    both = client.get(index.get_url())
    some = client.get(index.get_url(), {"category": "research"})
    none = client.get(index.get_url(), {"category": "no-such"})

    assert [card.title for card in both.context["cards"]] == ["Newer", "Older"]
    assert [card.title for card in some.context["cards"]] == ["Newer"]
    assert some.context["category"] == research
    assert [link.title for link in some.context["categories"] if link.is_current] == ["Research"]
    assert none.context["cards"] == []


def test_the_index_shows_no_draft_and_nothing_the_gate_hides(client):
    index = make_news_index()
    make_news(index, title="Draft", live=False)
    broken = make_news(index, title="Broken")
    NewsPage.objects.filter(pk=broken.pk).update(body=[])
    make_news(index, title="Sound")

    assert [c.title for c in client.get(index.get_url()).context["cards"]] == ["Sound"]


def test_a_long_index_has_pages_that_keep_the_filter(client):
    index = make_news_index()
    category = make_category("Research", "research")
    for number in range(14):
        make_news(index, title=f"News {number}", category=category)

    first = client.get(index.get_url(), {"category": "research"})
    last = client.get(index.get_url(), {"category": "research", "page": "2"})

    assert len(first.context["cards"]) == 12
    assert len(last.context["cards"]) == 2
    assert first.context["next_url"] == "?category=research&page=2"
    assert first.context["previous_url"] == last.context["next_url"] == ""


@pytest.mark.parametrize("page_number", ["0", "-1", "99", "x", "1e9", "%00"])
def test_a_page_number_that_does_not_exist_is_no_error(client, page_number):
    index = make_news_index()
    make_news(index)

    assert client.get(index.get_url(), {"page": page_number}).status_code == 200


def test_the_home_page_lists_a_section_without_knowing_its_type(client):
    news = make_news(title="Front page")
    home = get_home()
    section = {"page": news.get_parent(), "count": 3}
    home.sections = [("section", {"heading": "", **section})]
    home.save_revision().publish()

    sections = client.get(home.get_url()).context["sections"]

    assert [(s.title, s.kind) for s in sections] == [("News", "news")]
    assert [card.title for card in sections[0].cards] == ["Front page"]


def test_related_news_is_of_the_same_category():
    page = make_news(title="This one")
    make_news(title="Same")
    make_news(title="Other", category=make_category("Research", "research"))

    related = NewsPage.objects.get(pk=page.pk).get_related_news(None)

    assert [card.title for card in related] == ["Same"]


def test_a_moved_page_leaves_a_redirect(client, django_capture_on_commit_callbacks):
    page = make_news()
    old = page.get_url()
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "another-address"
        page.save_revision().publish()

    answer = client.get(old)

    assert answer.status_code == 301
    assert answer["Location"].endswith("/another-address/")


def test_the_category_is_a_link_only_where_its_section_is_a_page(client):
    page = make_news()
    link = '<a class="article-header__tag" href="/en/news/?category=news">News</a>'
    assert link in client.get(page.get_url()).content.decode()

    NewsIndexPage.objects.update(live=False)

    text = client.get(page.get_url()).content.decode()
    assert '<span class="article-header__tag">News</span>' in text
    assert "?category=" not in text


@pytest.mark.parametrize(
    "raw", [None, "abc", {"disclaimer": "abc"}, {"disclaimer": ["1"]}, {"disclaimer": "9" * 40}]
)
def test_nonsense_in_the_row_of_a_body_breaks_neither_the_page_nor_its_editor(raw, client):
    page = make_news()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_newspage SET body = %s WHERE page_ptr_id = %s",
            [json.dumps([{"type": "disclaimer", "value": raw, "id": "1"}]), page.pk],
        )
    page = NewsPage.objects.get(pk=page.pk)
    page.save_revision(clean=False)

    read = client.get(page.get_url())
    edit = enter().get(reverse("wagtailadmin_pages:edit", args=[page.pk]))

    assert (read.status_code, edit.status_code) == (200, 200)
    assert "does not constitute medical advice" in read.content.decode()
    assert json.loads(build(page).body)["disclaimers"]
    page.save_revision().publish()


def test_news_cannot_stand_outside_its_section():
    assert [model.__name__ for model in NewsPage.clean_parent_page_models()] == ["NewsIndexPage"]
    assert NewsPage.clean_subpage_models() == []
    with pytest.raises(ValidationError):
        add_page(get_home(), NewsPage(title="", lead=LEAD, body=make_body()))
