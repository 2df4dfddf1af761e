"""What translators are given, declared beside each model: words, and nothing that is a code."""

import pytest
from wagtail_localize.fields import get_translatable_fields

from articles.models import (
    Category,
    ClinicIndexPage,
    ClinicPage,
    NewsIndexPage,
    NewsPage,
    Person,
    Specialty,
)
from home.models import Disclaimer, HomePage, SiteTexts, StandardPage

PAGE_WORDS = {"title", "seo_title", "search_description"}
MEDICAL_WORDS = {*PAGE_WORDS, "lead", "hero", "body", "disclaimer"}

WORDS = {
    HomePage: {*PAGE_WORDS, "heading", "lead", "hero", "sections", "body"},
    StandardPage: {*PAGE_WORDS, "lead", "body"},
    NewsIndexPage: {*PAGE_WORDS, "lead"},
    ClinicIndexPage: {*PAGE_WORDS, "lead"},
    NewsPage: {*MEDICAL_WORDS, "category", "sources", "corrections", "change_note"},
    ClinicPage: {
        *MEDICAL_WORDS,
        *("city", "address", "gallery", "phones", "accreditations", "prices", "faq"),
    },
    Category: {"name"},
    Specialty: {"name"},
    Person: {"name", "qualification"},
    Disclaimer: {"heading", "body"},
    SiteTexts: {"tagline", "arranged_by", "paid_by", "footer"},
}


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("model", "words"), WORDS.items())
def test_translators_are_given_words_only(model, words):
    given = {f.field_name for f in get_translatable_fields(model) if f.is_translated(model())}

    assert given == words


@pytest.mark.parametrize("model", [NewsPage, ClinicPage])
def test_ordered_rows_go_along_and_reviews_stay_behind(model):
    carried = {f.field_name for f in get_translatable_fields(model)}

    rows = {NewsPage: {"authors", "related_clinics"}, ClinicPage: {"doctors"}}[model]
    assert rows | {"specialties"} <= carried
    assert not any("review" in name for name in carried)
