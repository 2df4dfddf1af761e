"""Where wagtail-localize is installed: translators get labels, and never a key."""

import pytest
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from tests.treatment_forms.pages import RECIPIENT, get_root
from tests.treatment_forms.posting import check_invariants, follow, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def russian():
    locale, _ = Locale.objects.get_or_create(language_code="ru")
    get_root().copy_for_translation(locale)
    return locale


def translate(page, locale):
    """Have every string translated: its translation is itself behind a Р."""
    source, _ = TranslationSource.get_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=locale)
    strings = [(one.string, one.context) for one in source.stringsegment_set.all()]
    for string, context in strings:
        StringTranslation.objects.create(
            translation_of=string, locale=locale, context=context, data=f"Р {string.data}"
        )
    translation.save_target()
    return translation, [string.data for string, _context in strings]


def test_labels_are_translated_and_keys_are_the_same_in_every_language(form_page, russian):
    _translation, strings = translate(form_page, russian)

    translated = form_page.get_translation(russian)
    for field, other in zip(form_page.fields.all(), translated.fields.all(), strict=True):
        assert (other.clean_name, other.field_type) == (field.clean_name, field.field_type)
        assert other.label == f"Р {field.label}"
        assert other.locale == russian
    patient = translated.fields.get(clean_name="patient")
    assert patient.choices.splitlines()[:2] == ["myself|Р Myself", "child|Р My child"]
    assert translated.recipients == form_page.recipients
    assert not any(RECIPIENT in string for string in strings)
    assert "myself" not in strings


def test_a_second_sync_keeps_the_rows(form_page, russian):
    translation, _strings = translate(form_page, russian)
    fields = form_page.get_translation(russian).fields
    before = list(fields.values_list("pk", flat=True))

    translation.save_target()

    assert list(fields.values_list("pk", flat=True)) == before


def test_a_request_in_another_language_is_in_the_same_inbox(form_page, russian):
    translate(form_page, russian)
    translated = form_page.get_translation(russian)
    translated.get_parent().get_latest_revision_as_object()
    type(get_root()).objects.filter(locale=russian).update(live=True)

    follow(post(translated))

    submission = check_invariants(accepted=True)
    assert submission.form_key == form_page.translation_key
    assert submission.language_code == "ru"
    assert submission.answers["patient"] == "child"
