"""A translation has the words of its language in the places of the original, and all else alike."""

import json
from datetime import date
from typing import Any

import polib
import pytest
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from articles.models import (
    ClinicDoctor,
    ClinicIndexPage,
    ClinicPage,
    ClinicSpecialty,
    NewsAuthor,
    NewsClinic,
    NewsIndexPage,
    NewsPage,
    NewsSpecialty,
    PageReview,
)
from home.models import Disclaimer, HomePage, StandardPage
from home.translatable import Words
from tests.factories import (
    add_page,
    get_home,
    make_body,
    make_clinic,
    make_news,
    make_news_index,
    make_person,
    make_specialty,
)
from tests.home.fullness import Filler
from treatment_forms.models import TreatmentFormPage

pytestmark = pytest.mark.django_db

MARK = "[ru] "
CODES: dict[Any, dict[str, Any]] = {
    ClinicPage: {"country": "NZ", "kind": "centre", "beds": 17, "languages_spoken": ["en", "ru"]},
    NewsPage: {"display_date": date(2026, 2, 5)},
    TreatmentFormPage: {"recipients": "desk@example.org"},
}
PARENTS = {
    StandardPage: get_home,
    NewsIndexPage: get_home,
    ClinicIndexPage: get_home,
    TreatmentFormPage: get_home,
    NewsPage: make_news_index,
    ClinicPage: ClinicIndexPage.objects.get,
}


@pytest.fixture
def russian() -> Locale:
    return Locale.objects.get_or_create(language_code="ru")[0]


def make_full(model: Any, seed: int) -> Any:
    page = Filler(seed).make(model)
    for name, value in CODES.get(model, {}).items():
        setattr(page, name, value)
    if model is HomePage:
        page.slug, page.locale = "other-home", Locale.objects.get(language_code="en")
        return add_page(Page.objects.get(depth=1), page, live=False)
    page.slug = "full"
    return add_page(PARENTS[model](), page, live=False)


def translate(page: Any, locale: Locale) -> Translation:
    """As a translator does who works outside: by a PO file, there and back."""
    source, _ = TranslationSource.update_or_create_from_instance(page)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    po = polib.pofile(str(translation.export_po()))
    for entry in po:
        entry.msgstr = f"{MARK}{entry.msgid}"
    assert translation.import_po(po) == []
    translation.save_target(publish=False)
    return translation


def get_twin(page: Any, locale: Locale) -> Any:
    return type(page).objects.get(translation_key=page.translation_key, locale=locale)


def show(row: Any, field: str) -> str:
    """The field as it is stored, but for what belongs to one language."""
    column = row._meta.get_field(field)
    value = getattr(row, field)
    if isinstance(column, StreamField):
        return json.dumps(value.get_prep_value(), default=str, ensure_ascii=False)
    return str(value)


@pytest.mark.parametrize(
    ("model", "seed"),
    [(HomePage, 1), *((model, 1) for model in PARENTS), (NewsPage, 2), (ClinicPage, 3)],
)
def test_words_stand_where_they_stood_and_nothing_else_changes(
    model: Any, seed: int, russian: Locale
) -> None:
    page = make_full(model, seed)

    translate(page, russian)

    twin = get_twin(page, russian)
    assert not twin.live
    for declared in model.translatable_fields if hasattr(model, "translatable_fields") else []:
        name = declared.field_name
        column = model._meta.get_field(name)
        if not hasattr(column, "column") or column.is_relation or name == "slug":
            continue
        shown = show(twin, name)
        assert shown.replace(MARK, "") == show(page, name), name
        if isinstance(declared, Words):
            assert shown.count(MARK) >= shown.count("word"), name


def test_the_block_of_the_disclaimer_names_that_of_the_language(russian: Locale) -> None:
    original = Disclaimer.objects.get(locale__language_code="en")
    text = original.copy_for_translation(russian)
    text.save()
    page = make_news(body=[("disclaimer", {"disclaimer": original, "addendum": ""})])

    translate(page, russian)

    assert get_twin(page, russian).chosen_disclaimer_id() == text.pk


def test_the_same_word_in_two_places_may_be_two_words(russian: Locale) -> None:
    page = make_news(title="Ward", body=make_body(("quote", {"text": "Ward", "person": "Ward"})))
    translation = translate(page, russian)
    po = translation.export_po()
    for number, entry in enumerate(po):
        entry.msgstr = f"{number}-{entry.msgctxt}"

    assert translation.import_po(po) == []

    translation.save_target(publish=False)
    twin = get_twin(page, russian)
    quote = next(child for child in twin.body if child.block_type == "quote")
    assert twin.title.endswith("-title")
    assert quote.value["text"].endswith(f"{quote.id}.text")
    assert quote.value["person"].endswith(f"{quote.id}.person")


def test_rows_go_along_once_and_follow_the_original_and_reviews_do_not(russian: Locale) -> None:
    clinic, page = make_clinic(), make_news(live=False)
    ada, ben = make_person("Ada"), make_person("Ben")
    page.authors = [NewsAuthor(person=ada, sort_order=0), NewsAuthor(person=ben, sort_order=1)]
    page.related_clinics = [NewsClinic(clinic=clinic)]
    page.specialties = [NewsSpecialty(specialty=make_specialty())]
    page.save_revision().publish()
    clinic.doctors = [ClinicDoctor(person=ada)]
    clinic.specialties = [ClinicSpecialty(specialty=make_specialty())]
    clinic.save()
    PageReview.objects.create(page=page, reviewer=ada, reviewed_on=timezone.localdate())
    for original in (page, clinic):
        translate(original, russian)
    page.authors = [NewsAuthor(person=ben)]
    page.save_revision().publish()
    for _ in range(3):
        translate(page, russian)

    twin = get_twin(page, russian)
    assert [row.person for row in twin.authors.all()] == [ben]
    assert [row.clinic_id for row in twin.related_clinics.all()] == [clinic.pk]
    assert twin.specialties.count() == NewsSpecialty.objects.filter(page=twin).count() == 1
    assert [row.person for row in get_twin(clinic, russian).doctors.all()] == [ada]
    assert PageReview.objects.filter(page=twin).count() == 0


def test_people_and_clinics_are_shown_in_the_language_of_the_page(russian: Locale) -> None:
    page, ada = make_news(live=False), make_person("Ada")
    page.authors = [NewsAuthor(person=ada)]
    page.save()
    translate(page, russian)
    name = ada.copy_for_translation(russian)
    name.name, name.qualification = "Ада", "врач-гематолог"
    name.save()

    assert [person.name for person in get_twin(page, russian).shown_authors] == ["Ада"]
