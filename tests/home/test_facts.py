"""What is the same in every language follows its original, and waits for no translator."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from articles.models import ClinicDoctor, ClinicPage, Person
from home.models import Disclaimer, TranslationRecord
from home.publishing.scheduled import run
from home.translations import get_state
from home.translations.publish import publish_translation
from tests.factories import (
    make_clinic,
    make_hero,
    make_image,
    make_person,
    make_translated_disclaimer,
)
from tests.home.editor import enter, make_administrator
from tests.home.translating import get_job, get_locale, say, translate_snippets, translate_strings

pytestmark = pytest.mark.django_db

PRICE = {"treatment": "First talk", "amount_from": Decimal(390), "currency": "EUR"}
PHONE = {"label": "From abroad", "number": "+44 20 7946 0000"}


@pytest.fixture(scope="module")
def translated(kept_rows: Any) -> Iterator[int]:
    with kept_rows():
        make_translated_disclaimer(get_locale("ru"))
        page = make_clinic(
            is_partner=True,
            prices=[("price", PRICE)],
            phones=[("phone", PHONE)],
            hero=make_hero(alt="The house"),
        )
        for name in ("Ada", "Bob"):
            page.doctors.add(ClinicDoctor(person=make_person(name)))
        page.save_revision().publish()
        put_live(page, "ru")
        yield page.pk


def put_live(page: Any, language: str) -> None:
    source, _made = TranslationSource.get_or_create_from_instance(page)
    Translation.objects.create(source=source, target_locale=get_locale(language)).save_target(
        publish=False
    )
    for person in Person.objects.filter(locale__language_code="en"):
        source, _made = TranslationSource.get_or_create_from_instance(person)
        Translation.objects.create(source=source, target_locale=get_locale(language))
    translate_snippets(language)
    translate_strings(page, language)
    publish_translation(get_job(page, language), make_administrator())


@pytest.fixture
def clinic(translated: int, db: None) -> ClinicPage:
    """Live in English and Russian, with all that may change."""
    page = ClinicPage.objects.get(pk=translated)
    assert get_russian(page).live
    assert not get_state(get_russian(page)).is_stale
    return page


def get_russian(page: Any) -> Any:
    return type(page).objects.get(translation_key=page.translation_key, locale__language_code="ru")


def change_price(page: ClinicPage) -> None:
    page.prices[0].value["amount_from"] = Decimal(99999)


def change_phone(page: ClinicPage) -> None:
    page.phones[0].value["number"] = "+44 20 7946 0999"


def change_picture(page: ClinicPage) -> None:
    page.hero[0].value["image"] = make_image(title="Another")


def end_agreement(page: ClinicPage) -> None:
    page.is_partner = False


def close_form(page: ClinicPage) -> None:
    page.request_form = "none"


def turn_doctors(page: ClinicPage) -> None:
    rows = list(page.doctors.all())[::-1]
    for order, row in enumerate(rows):
        row.sort_order = order
    page.doctors = rows


def take_price_away(page: ClinicPage) -> None:
    page.prices = []


CHANGES = (
    change_price,
    change_phone,
    change_picture,
    end_agreement,
    close_form,
    turn_doctors,
    take_price_away,
)


def read_facts(page: Any) -> tuple[Any, ...]:
    return (
        [child.value["amount_from"] for child in page.prices],
        [child.value["number"] for child in page.phones],
        page.hero[0].value["image"].pk,
        page.is_partner,
        page.request_form,
        [row.person_id for row in page.doctors.all()],
    )


def read_words(page: Any) -> tuple[Any, ...]:
    labels = [child.value["label"] for child in page.phones]
    return page.title, page.lead, page.hero[0].value["alt"], labels


def publish(page: ClinicPage, *changes: Callable[[ClinicPage], None]) -> ClinicPage:
    draft = page.get_latest_revision_as_object()
    for change in changes:
        change(draft)
    draft.save_revision(user=make_administrator()).publish(user=make_administrator())
    return ClinicPage.objects.get(pk=page.pk)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_fact_reaches_the_live_translation_with_its_original(
    change: Callable[[ClinicPage], None], clinic: ClinicPage
) -> None:
    before, words = read_facts(get_russian(clinic)), read_words(get_russian(clinic))

    after = read_facts(publish(clinic, change))

    russian = get_russian(clinic)
    assert before != after == read_facts(russian)
    assert after == read_facts(russian.get_latest_revision_as_object())
    assert read_words(russian) == words
    assert not get_state(russian).is_stale


def by_localize(page: ClinicPage) -> None:
    """From the copy of the original that localize made before it changed."""
    publish_translation(get_job(page, "ru"), make_administrator())


def get_old_revision(page: ClinicPage) -> Any:
    """Of before, and not the newest."""
    return get_russian(page).revisions.order_by("-pk")[1]


def by_old_revision(page: ClinicPage) -> None:
    get_old_revision(page).publish()


def by_clock(page: ClinicPage) -> None:
    due = Revision.objects.filter(pk=get_old_revision(page).pk)
    due.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    assert run(timezone.now()).done


def by_synchronising(page: ClinicPage) -> None:
    source = TranslationSource.objects.get_for_instance(page)
    url = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert enter().post(url, {"publish_translations": "on"}).status_code == 302


@pytest.mark.parametrize(
    "door", [by_localize, by_old_revision, by_clock, by_synchronising], ids=lambda d: d.__name__
)
def test_whatever_is_published_later_does_not_bring_the_old_facts_back(
    door: Callable[[ClinicPage], None], clinic: ClinicPage
) -> None:
    get_russian(clinic).save_revision()
    facts = read_facts(publish(clinic, *CHANGES[:-1]))

    door(clinic)

    assert read_facts(get_russian(clinic)) == facts
    assert not get_state(get_russian(clinic)).is_stale


def test_words_of_a_draft_stay_a_draft_and_are_published_with_the_new_facts(
    clinic: ClinicPage,
) -> None:
    StringTranslation.objects.filter(context__path="title").update(data="Черновик")
    draft = get_russian(clinic)
    draft.title = "Черновик"
    draft.save_revision()

    facts = read_facts(publish(clinic, change_price))

    assert get_russian(clinic).title == say(clinic.title, "ru")
    assert get_russian(clinic).has_unpublished_changes
    latest = get_russian(clinic).get_latest_revision()
    assert (latest.as_object().title, read_facts(latest.as_object())) == ("Черновик", facts)
    latest.publish()
    assert (get_russian(clinic).title, read_facts(get_russian(clinic))) == ("Черновик", facts)


def add_price(page: ClinicPage) -> None:
    change_price(page)
    page.prices.append(("price", {**PRICE, "treatment": "A week"}))


def rename_price(page: ClinicPage) -> None:
    change_price(page)
    page.prices[0].value["treatment"] = "Everything"


def move_words(page: ClinicPage) -> None:
    """Out of a stream, and into a field where nobody has translated them."""
    page.legal_name = ""
    page.lead = f"{page.lead} {PRICE['treatment']}"
    page.prices = []


@pytest.mark.parametrize("change", [add_price, rename_price, move_words], ids=lambda c: c.__name__)
def test_what_needs_new_words_stays_and_is_stale_and_the_rest_goes_along(
    change: Callable[[ClinicPage], None], clinic: ClinicPage
) -> None:
    words, prices = read_words(get_russian(clinic)), get_russian(clinic).prices.get_prep_value()

    publish(clinic, change, end_agreement)

    russian = get_russian(clinic)
    assert (russian.is_partner, read_words(russian)) == (False, words)
    assert russian.prices.get_prep_value() == prices
    assert get_state(russian).is_stale


def test_an_original_is_published_also_where_its_translation_is_refused(
    clinic: ClinicPage,
) -> None:
    Disclaimer.objects.filter(locale__language_code="ru").update(live=False)

    assert not publish(clinic, end_agreement).is_partner

    russian = get_russian(clinic)
    assert (russian.is_partner, get_state(russian).is_stale) == (True, True)
    Disclaimer.objects.filter(locale__language_code="ru").update(live=True)
    publish(clinic)
    russian = get_russian(clinic)
    assert (russian.is_partner, get_state(russian).is_stale) == (False, False)


def test_what_is_written_by_hand_is_left_alone_and_marked(clinic: ClinicPage) -> None:
    Translation.objects.filter(source__object_id=clinic.translation_key).update(enabled=False)

    publish(clinic, end_agreement)

    russian = get_russian(clinic)
    assert (russian.is_partner, get_state(russian).is_stale) == (True, True)
    russian.is_partner = False
    russian.save_revision().publish()
    assert not get_state(russian).is_stale


def test_a_record_from_before_facts_were_kept_learns_them(clinic: ClinicPage) -> None:
    TranslationRecord.objects.update(source_facts="")

    publish(clinic, end_agreement)

    russian = get_russian(clinic)
    assert (russian.is_partner, get_state(russian).is_stale) == (False, False)


def test_what_is_only_a_draft_reaches_nobody(clinic: ClinicPage) -> None:
    draft = clinic.get_latest_revision_as_object()
    end_agreement(draft)
    draft.save_revision()

    assert get_russian(clinic).is_partner
    by_localize(clinic)
    assert get_russian(clinic).is_partner


def test_a_portrait_is_taken_down_in_every_language(clinic: ClinicPage) -> None:
    person = Person.objects.get(name="Ada")
    person.portrait = make_image()
    person.save()
    assert get_russian(person).portrait == person.portrait

    person.portrait = None
    person.save()

    assert get_russian(person).portrait is None
    assert get_russian(person).name == say("Ada", "ru")
