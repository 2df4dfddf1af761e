"""Where wagtail-localize is installed: translators get labels, and never a key."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from tests.treatment_forms.pages import RECIPIENT, get_approver, get_root, make_field
from tests.treatment_forms.people import log_in
from tests.treatment_forms.posting import check_invariants, follow, post
from treatment_forms import choices
from treatment_forms.models import ConsentApproval, Submission, approve_consents
from treatment_forms.models.pages import SAME_IN_ALL_LANGUAGES

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
    approve_consents(translated, by=get_approver())
    type(get_root()).objects.filter(locale=russian).update(live=True)

    follow(post(translated))

    submission = check_invariants(accepted=True)
    assert submission.form_key == form_page.translation_key
    assert submission.language_code == "ru"
    assert submission.answers["patient"] == "child"


# --- Two languages on their way ---------------------------------------------------------


@pytest.fixture
def publisher(db):
    return get_user_model().objects.create_superuser("publisher", "p@example.org", "x")


@pytest.fixture
def live_translation(form_page, russian, publisher, django_capture_on_commit_callbacks):
    """The usual form, live in both languages, and what brings it there again."""
    Page.objects.filter(locale=russian).update(live=True)
    way = Way(form_page, russian, publisher, django_capture_on_commit_callbacks)
    way.translate()
    way.publish()
    return way


@dataclass
class Way:
    page: Any
    locale: Any
    user: Any
    committing: Any

    @property
    def translation(self):
        source, _ = TranslationSource.get_or_create_from_instance(self.page)
        return Translation.objects.get_or_create(source=source, target_locale=self.locale)[0]

    def translate(self, *, kind="manual", only=lambda path: True):
        """Every string that has no translation yet, or those at some places."""
        for one in self.translation.source.stringsegment_set.select_related("string", "context"):
            if only(one.context.path):
                StringTranslation.objects.get_or_create(
                    translation_of=one.string,
                    locale=self.locale,
                    context=one.context,
                    defaults={"data": f"Р {one.string.data}", "translation_type": kind},
                )

    def publish(self):
        """As the translator's button does; None, or why it was refused."""
        try:
            with self.committing(execute=True):
                self.translation.save_target(user=self.user, publish=True)
        except ValidationError as refusal:
            return refusal.message_dict
        return None

    def change(self, rows, **attributes):
        """The editor publishes other fields, in this order, and has the translations told."""
        page = self.page = type(self.page).objects.get(pk=self.page.pk)
        for order, row in enumerate(rows):
            row.sort_order = order
        page.fields = rows
        for name, value in attributes.items():
            setattr(page, name, value)
        page.save_revision(user=self.user).publish()
        self.page = type(self.page).objects.get(pk=self.page.pk)
        self.translation.source.update_from_db()

    @property
    def rows(self):
        return list(type(self.page).objects.get(pk=self.page.pk).fields.all())

    @property
    def other(self):
        """What Russian visitors get."""
        return self.page.get_translation(self.locale).specific

    def list_keys(self):
        return [row.clean_name for row in self.other.fields.all()]

    def list_rows(self):
        """What must never change: which row is which."""
        rows = self.other.fields.all()
        return {row.clean_name: (row.pk, row.translation_key) for row in rows}

    def list_words(self):
        page, rows = self.other, self.other.fields.all()
        words = [page.title, page.pitch, page.button_label, page.emergency_note]
        for row in rows:
            words += [row.label, row.help_text, *choices.parse(row.choices).values()]
        return [word for word in words if word]


def reverse_rows(rows):
    return rows[::-1]


def without_phone(rows):
    return [row for row in rows if row.clean_name != "phone"]


def with_passport(rows):
    return [*rows[:2], make_field("singleline", "passport", label="Passport"), *rows[2:]]


def with_new_label(rows):
    next(row for row in rows if row.clean_name == "full_name").label = "Name and surname"
    return rows


def with_new_choice(rows):
    topic = next(row for row in rows if row.clean_name == "topic")
    lines = topic.choices.splitlines()
    topic.choices = "\n".join([lines[0], "Palliative care", *lines[1:]])
    return rows


def without_choice(rows):
    topic = next(row for row in rows if row.clean_name == "topic")
    topic.choices = "\n".join(topic.choices.splitlines()[1:])
    return rows


def with_renamed_choice(rows):
    topic = next(row for row in rows if row.clean_name == "topic")
    topic.choices = topic.choices.replace("|Treatment", "|Being treated")
    return rows


BRINGS_WORDS = [with_passport, with_new_label, with_new_choice, with_renamed_choice]
BRINGS_NONE = [reverse_rows, without_phone, without_choice]


def test_a_form_is_live_in_a_language_only_when_all_its_words_are(
    form_page, russian, publisher, django_capture_on_commit_callbacks
):
    way = Way(form_page, russian, publisher, django_capture_on_commit_callbacks)
    assert NON_FIELD_ERRORS in way.publish()
    way.translate(only=lambda path: not path.endswith("choices.child"))
    assert NON_FIELD_ERRORS in way.publish()
    assert not way.other.live

    way.translate()
    assert way.publish() is None

    assert way.other.live
    assert all(word.startswith("Р ") for word in way.list_words())
    approval = ConsentApproval.objects.get(language_code="ru")
    assert (approval.approved_by, approval.text[:2]) == (publisher, "Р ")


@pytest.mark.parametrize("change", [*BRINGS_WORDS, *BRINGS_NONE], ids=lambda one: one.__name__)
def test_a_changed_form_keeps_its_rows_and_never_speaks_two_languages(live_translation, change):
    way = live_translation
    before, words = way.list_rows(), way.list_words()

    way.change(change(way.rows), recipients="new@example.org", max_files=3)
    refusal = way.publish()

    assert (refusal is not None) is (change in BRINGS_WORDS)
    assert way.other.live
    assert all(word.startswith("Р ") for word in way.list_words())
    if refusal:
        assert way.list_words() == words  # the last complete version stays
        assert way.list_rows() == before
    # What is the same in all languages waits for no translator.
    assert (way.other.recipients, way.other.max_files) == ("new@example.org", 3)

    way.translate()
    assert way.publish() is None

    after = way.list_rows()
    assert way.list_keys() == [row.clean_name for row in way.rows]
    assert {key: after[key] for key in before if key in after} == {
        key: row for key, row in before.items() if key in after
    }
    originals = {row.clean_name: row.translation_key for row in way.rows}
    assert {key: row[1] for key, row in after.items()} == originals
    assert all(word.startswith("Р ") for word in way.list_words())
    topic = next(row for row in way.rows if row.clean_name == "topic")
    other = way.other.fields.get(clean_name="topic")
    assert list(choices.parse(other.choices)) == list(choices.parse(topic.choices))


def change_facts(way):
    """What an editor publishes, and nobody synchronises."""
    page = way.page = type(way.page).objects.get(pk=way.page.pk)
    rows = way.rows
    for row in rows:
        row.required = row.clean_name != "patient" and row.required
    page.fields = rows
    page.recipients, page.max_files, page.closed_countries = "new@example.org", 3, ["FR", "DE"]
    page.save_revision(user=way.user).publish()


def list_facts(page):
    required = [row.clean_name for row in page.fields.all() if row.required]
    return page.recipients, page.max_files, [one.code for one in page.closed_countries], required


def by_the_form(way):
    assert way.publish() is None  # from localize's copy of the original, made before it changed


def by_an_old_revision(way):
    way.other.revisions.order_by("-pk")[1].publish(user=way.user)


def by_the_newest_revision(way):
    way.other.get_latest_revision().publish(user=way.user)


@pytest.mark.parametrize(
    "later", [by_the_form, by_an_old_revision, by_the_newest_revision], ids=lambda one: one.__name__
)
def test_what_is_no_word_is_published_in_every_language_at_once(live_translation, later):
    way = live_translation
    way.other.save_revision(user=way.user)
    words, before, rows = way.list_words(), list_facts(way.other), way.list_rows()
    assert "patient" in before[3]

    change_facts(way)

    facts = list_facts(way.other)
    assert facts == list_facts(way.page)
    assert facts[0] == "new@example.org"
    assert "patient" not in facts[3]
    assert list_facts(way.other.get_latest_revision_as_object()) == facts
    assert (way.list_words(), way.list_rows()) == (words, rows)
    later(way)
    assert (list_facts(way.other), way.list_words()) == (facts, words)


def test_recipients_wait_for_no_approval_of_what_stands_in_another_language(live_translation):
    way = live_translation
    ConsentApproval.objects.filter(language_code="ru").delete()

    change_facts(way)

    assert way.other.recipients == "new@example.org"
    assert not ConsentApproval.objects.filter(language_code="ru").exists()


def test_a_form_that_is_written_by_hand_keeps_its_own_recipients(live_translation):
    way = live_translation
    Translation.objects.update(enabled=False)

    change_facts(way)

    assert way.other.recipients == RECIPIENT


def test_a_consent_that_a_machine_translated_waits_for_a_person(
    form_page, russian, publisher, django_capture_on_commit_callbacks
):
    way = Way(form_page, russian, publisher, django_capture_on_commit_callbacks)
    way.translate(kind="machine")

    assert "fields" in way.publish()
    assert not way.other.live
    assert not ConsentApproval.objects.filter(language_code="ru").exists()

    StringTranslation.objects.update(translation_type="manual")  # this site wants all of them so
    assert way.publish() is None
    assert way.other.live


def test_a_changed_consent_is_seen_in_no_language_before_it_is_approved_there(live_translation):
    way = live_translation
    rows = way.rows
    consent = next(row for row in rows if row.clean_name == "consent")
    consent.help_text = "I agree to less."
    before = way.other.fields.get(clean_name="consent").help_text

    way.change(rows)
    assert way.publish() is not None
    assert way.other.fields.get(clean_name="consent").help_text == before
    way.translate(kind="machine")
    assert way.publish() is not None
    assert way.other.fields.get(clean_name="consent").help_text == before
    StringTranslation.objects.update(translation_type="manual")
    assert way.publish() is None

    assert way.other.fields.get(clean_name="consent").help_text == "Р I agree to less."


@pytest.mark.django_db(transaction=True)  # localize publishes in `on_commit`, inside its views
def test_the_translators_views_refuse_and_never_break(live_translation):
    way = live_translation
    client = log_in(way.user)
    way.change(with_new_choice(way.rows))
    words = way.list_words()
    editor = reverse("wagtailadmin_pages:edit", args=[way.other.pk])
    update = reverse("wagtail_localize:update_translations", args=[way.translation.source_id])

    for url, data in (
        (editor, {"action": "publish"}),
        (update, {"publish_translations": "on"}),
        (update, {}),
    ):
        response = client.post(url, data)
        assert response.status_code in {200, 302}, url
        assert way.list_words() == words
        assert way.other.live
    assert not StringTranslation.objects.filter(has_error=True).exists()

    way.translate()
    assert client.post(editor, {"action": "publish"}).status_code in {200, 302}
    assert "Р Palliative care" in way.list_words()


def test_translators_are_given_words_and_nothing_else(form_page, russian):
    source, _ = TranslationSource.get_or_create_from_instance(form_page)
    places = {one.context.path.split(".")[0] for one in source.stringsegment_set.all()}
    inner = {
        one.context.path.split(".")[2]
        for one in source.stringsegment_set.filter(context__path__startswith="fields.")
    }

    assert not places & {*SAME_IN_ALL_LANGUAGES, "slug"}
    assert inner == {"label", "help_text", "choices"}
    assert not source.overridablesegment_set.exclude(context__path__contains="'").exists()


def test_one_inbox_outlives_every_language_of_its_form(live_translation):
    way = live_translation
    for page in (way.page, way.other):
        follow(post(page))
    sent = Submission.objects.values_list("reference", "form_key", "language_code")
    before = sorted(sent)
    assert {key for _reference, key, _language in before} == {way.page.translation_key}

    way.other.delete()
    assert sorted(sent.all()) == before
    way.page.delete()
    assert sorted(sent.all()) == before
    Page.objects.filter(locale=way.locale).delete()
    way.locale.delete()
    assert sorted(sent.all()) == before
    assert all(one.answers["patient"] == "child" for one in Submission.objects.all())
