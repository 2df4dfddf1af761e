"""What pages and the API may ask of a translation."""

from datetime import UTC, datetime

import pytest
from wagtail.models import Locale

from home.models import TranslationRecord
from home.translations import Origin, get_state, get_states
from tests.factories import get_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def russian():
    locale = Locale.objects.create(language_code="ru")
    return get_home().copy_for_translation(locale)


def test_the_original_costs_no_query(django_assert_num_queries):
    home = get_home()
    assert home.locale.language_code == "en"

    with django_assert_num_queries(0):
        assert get_state(home).origin == Origin.ORIGINAL


def test_what_was_never_published_is_not_known(russian):
    assert get_state(russian).origin == Origin.UNKNOWN


def test_many_are_told_in_one_query(russian, django_assert_num_queries):
    TranslationRecord.objects.create(
        translation_key=russian.translation_key,
        locale=russian.locale,
        origin=Origin.MACHINE,
        is_stale=True,
        source_revision_at=datetime(2026, 2, 5, tzinfo=UTC),
        accepted_by="Ada Example",
    )
    home = get_home()
    assert home.locale != russian.locale

    with django_assert_num_queries(1):
        states = get_states([home, russian])

    state = states[russian.translation_key, russian.locale_id]
    assert (state.origin, state.is_stale) == (Origin.MACHINE, True)
    assert state.source_revision_at == datetime(2026, 2, 5, tzinfo=UTC)
    assert states[home.translation_key, home.locale_id].origin == Origin.ORIGINAL
