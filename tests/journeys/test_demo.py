"""The demo: the article this project began with, item by item, and all of it in three languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from jsonschema import Draft202012Validator
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from articles.models import ClinicPage, NewsPage
from cms.api import api
from cms.delivery import tasks
from demo.words import read_words
from home import privacy
from home.models import Disclaimer, MedicalPage, SiteImage, SiteTexts, StandardPage, User
from home.publishing import problems
from home.translations.judge import DEMO
from home.translations.progress import get_progress
from tests.cms.delivery.test_http import get
from tests.cms.test_documents import check
from tests.demo import load_demo
from tests.factories import make_clinic
from tests.journeys.reading import get_visible_text
from treatment_forms.models import ConsentApproval, TreatmentFormPage

pytestmark = pytest.mark.django_db

SCRIPTS = {"ru": re.compile("[\u0400-\u04ff]"), "ar": re.compile("[\u0600-\u06ff]")}

SEED = Path(__file__).parents[2] / "demo" / "seed-article.txt"
MACHINE_MADE = ("Изображение выглядит", "Содержимое, созданное искусственным")


NO_WORDS = re.compile(r"\S+@\S+|\S+://\S+|English|Русский|العربيّة")


def get_seed_items() -> list[str]:
    lines = (line.strip() for line in SEED.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(MACHINE_MADE)]


def find_missing(items: list[str], text: str) -> list[str]:
    """The items that do not stand in the text after the ones before them."""
    missing, position = [], 0
    for item in items:
        found = text.find(item, position)
        if found < 0:
            missing.append(item)
        else:
            position = found + len(item)
    return missing


@pytest.fixture(scope="module")
def demo(kept_rows) -> Iterator[None]:
    """The demo content, loaded once for this module."""
    with kept_rows():
        load_demo()
        for page in get_one_of_each_kind("en"):
            Client().get(page.url)  # the first reader waits for the pictures
        yield


@pytest.fixture(scope="module")
def html(demo) -> str:
    """The page as an anonymous reader gets it."""
    page = NewsPage.objects.get(title=get_seed_items()[0])
    return Client().get(page.url).content.decode()


def test_every_visible_item_of_the_seed_stands_on_its_page_in_order(html):
    items = get_seed_items()

    assert len(items) == 20
    assert find_missing(items, get_visible_text(html)) == []


def test_the_machine_made_texts_stand_nowhere_in_the_page(html):
    assert all(line in SEED.read_text(encoding="utf-8") for line in MACHINE_MADE)

    assert [line for line in MACHINE_MADE if line in html] == []


def test_the_items_that_are_single_stand_alone_on_their_lines(html):
    lines = get_visible_text(html).splitlines()

    for item in ("News", "Feb 05, 2026", "Application", "Send a request", "Source: TASS"):
        assert item in lines
    assert any("Photo Source: Morozov Children's Hospital" in line for line in lines)


def test_a_changed_word_is_noticed(html):
    text = get_visible_text(html).replace("relapsed and refractory", "relapsed or refractory")

    assert len(find_missing(get_seed_items(), text)) == 1


def test_thirty_news_eight_clinics_in_four_countries_and_the_policies_surround_it(demo):
    english = Page.objects.live().filter(locale__language_code="en")
    assert english.type(NewsPage).count() == 31
    assert english.type(ClinicPage).count() == 8
    assert len(set(ClinicPage.objects.values_list("country", flat=True))) == 4
    assert set(english.type(StandardPage).values_list("slug", flat=True)) == {
        *("about", "contact", "editorial-policy", "corrections", "funding", "privacy"),
        "accessibility",
    }
    assert set(User.objects.values_list("username", flat=True)) == {
        *("administrator", "editor", "reviewer", "coordinator"),
    }


def test_the_gate_has_nothing_against_any_demo_page(demo):
    medical: list[MedicalPage] = [*NewsPage.objects.all(), *ClinicPage.objects.all()]

    assert {page.url: problems(page) for page in medical if problems(page)} == {}


def test_a_page_of_each_kind_is_served(demo):
    pages = get_one_of_each_kind("en")

    assert len(pages) == 7
    assert {page.url: Client().get(page.url).status_code for page in pages} == {
        page.url: 200 for page in pages
    }


def test_an_article_without_a_translation_can_be_handed_to_the_translators(demo):
    russian = Locale.objects.get(language_code="ru")
    page = next(p for p in NewsPage.objects.all() if not p.has_translation(russian))
    client = Client()
    client.force_login(User.objects.get(username="administrator"))

    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    client.post(url, {"locales": [russian.pk], "include_related_objects": "on"})

    assert page.has_translation(russian)


def test_loading_again_changes_nothing(demo):
    before = Page.objects.count()

    call_command("load_demo")

    assert Page.objects.count() == before


def test_each_language_has_all_pages_but_some_of_the_news(demo):
    english = Page.objects.live().filter(locale__language_code="en", depth__gt=1)
    needed = set(english.not_type(NewsPage).values_list("translation_key", flat=True))
    seed = NewsPage.objects.get(title=get_seed_items()[0]).translation_key

    for language in SCRIPTS:
        translated = Page.objects.live().filter(locale__language_code=language)
        keys = set(translated.values_list("translation_key", flat=True))
        assert needed | {seed} <= keys
        assert translated.type(NewsPage).count() >= 9


def get_share(language: str, text: str) -> float:
    """How many of the letters are of its script, apart from addresses and the switcher."""
    letters = [letter for letter in NO_WORDS.sub("", text) if letter.isalpha()]
    return sum(SCRIPTS[language].match(letter) is not None for letter in letters) / len(letters)


def get_one_of_each_kind(language: str) -> list[Page]:
    """The seed's article among them."""
    pages = Page.objects.filter(locale__language_code=language, depth__gt=1).order_by("pk")
    seed = pages.get(slug="car-t-cell-therapy-adults-moscow")
    return list({page.content_type_id: page for page in [*pages, seed]}.values())


@pytest.mark.parametrize("language", SCRIPTS)
def test_readers_of_each_language_get_its_words_its_disclaimer_and_no_english(demo, language):
    tables = read_words(language).tables
    english = {text for table in tables.values() for text, own in table.items() if text != own}
    english.remove("English")  # the switcher calls each language by its own name
    disclaimer = strip_tags(Disclaimer.objects.get(locale__language_code=language).body)
    footer = SiteTexts.objects.get(locale__language_code=language).footer

    pages = get_one_of_each_kind(language)
    texts = {page: get_visible_text(Client().get(page.url).content.decode()) for page in pages}

    assert len(texts) == 7
    assert [page for page, text in texts.items() if footer not in text] == []
    assert [
        page
        for page, text in texts.items()
        if disclaimer not in text and issubclass(page.specific_class, MedicalPage)
    ] == []
    assert {page.url: english & set(text.splitlines()) for page, text in texts.items()} == {
        page.url: set() for page in pages
    }
    assert {page.url: get_share(language, text) >= 0.9 for page, text in texts.items()} == {
        page.url: True for page in pages
    }
    assert [
        name for name, rows in tables.items() if get_share(language, " ".join(rows.values())) < 0.9
    ] == []


def test_a_translator_can_go_on_from_the_demo(demo):
    """Nothing is left to do, and every string says where it is from."""
    translations = Translation.objects.filter(enabled=True)
    made = get_progress(translations)

    assert len(made) > 150
    assert [progress for progress in made.values() if not progress.is_complete] == []
    tools = StringTranslation.objects.filter(has_error=False).values_list("tool_name", flat=True)
    assert set(tools) == {DEMO}


def test_every_picture_is_described_in_every_language(demo):
    languages = {"en", *SCRIPTS}

    assert [image for image in SiteImage.objects.all() if image.alt_texts.keys() != languages] == []


def test_production_accepts_no_approval_of_the_demo(demo, settings):
    pages = [Page.objects.filter(locale__language_code=code) for code in SCRIPTS]
    kinds = (ClinicPage, TreatmentFormPage)
    urls = [found.type(kind).first().url for found in pages for kind in kinds]
    assert {Client().get(url).status_code for url in urls} == {200}

    translations = Translation.objects.filter(enabled=True)
    settings.ACCEPT_DEMO_APPROVALS = False
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "ACCEPT_DEMO_APPROVALS": False}

    assert ConsentApproval.objects.count() == 3
    assert not ConsentApproval.objects.that_count().exists()
    assert [text for text in Disclaimer.objects.all() if text.is_approved] == []
    assert {Client().get(url).status_code for url in urls} == {404}
    assert {progress.done for progress in get_progress(translations).values()} == {0}


# --- What apps read of it -----------------------------------------------------------


def test_every_page_of_the_demo_is_as_its_schema_says(demo):
    types = set()
    for page in Page.objects.filter(depth__gt=1).live().specific():
        card, body = check(page)
        assert (card["id"], body["id"]) == (page.pk, page.pk)
        types.add(body["type"])

    assert types == {*("home", "standard", "news_index", "news", "clinic_index", "clinic", "form")}


def test_the_answers_are_as_the_contract_says(demo):
    tasks.rebuild()  # the form's page is no page of ours: a worker builds it
    make_clinic(title="One more", slug="one-more")
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    pages = privacy.public(Page.objects.filter(depth__gt=1, live=True)).values_list("pk", flat=True)
    asked = {
        "/api/v1/news": ["news", "news?fields=card,body", "news?fields=body&limit=2"],
        "/api/v1/clinics": ["clinics", "clinics?fields=card,body", "clinics?country=NZ"],
        "/api/v1/pages/{id}": [f"pages/{pk}" for pk in pages],
        "/api/v1/locales": ["locales"],
        "/api/v1/site": ["site", "site?locale=en"],
    }

    for path, requests in asked.items():
        answer = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        validator = Draft202012Validator({**answer["schema"], "components": schema["components"]})
        for request in requests:
            response = get(request)
            assert response.status_code == 200, request
            validator.validate(response.json())
