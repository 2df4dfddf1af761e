"""The form page in the editor's hands."""

import pytest
from django.contrib.auth import get_user
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from tests.treatment_forms.editing import add, edit, make_data
from tests.treatment_forms.pages import (
    RECIPIENT,
    get_root,
    make_field,
    make_form_page,
    make_section,
)
from tests.treatment_forms.posting import check_invariants, follow, post
from treatment_forms.models import (
    Alarm,
    Submission,
    TreatmentFormField,
    TreatmentFormPage,
    default_fields,
)

pytestmark = pytest.mark.django_db


# --- Publishing -----------------------------------------------------------------------


def test_an_editor_publishes_a_form_and_it_takes_a_request(admin):
    add(admin, make_data({"label": "Your name"}))

    page = TreatmentFormPage.objects.get()
    assert page.live
    follow(post(page, your_name="Anna"))
    assert check_invariants(accepted=True).answers == {"your_name": "Anna"}


@pytest.mark.parametrize(
    ("fields", "changes", "words"),
    [
        ([{"label": "Name"}], {"recipients": ""}, "This field is required"),
        ([{"label": "Name"}], {"recipients": "nobody"}, "Enter a valid email address"),
        ([], {}, "Please submit at least 1 form"),
        ([{"label": "Name"}], {"max_files": "11"}, "less than or equal to 10"),
        ([{"label": "Name"}], {"max_file_mb": "11"}, "less than or equal to 10"),
        (
            [{"label": "A", "clean_name": "a"}, {"label": "B", "clean_name": "a"}],
            {},
            "already assigned",
        ),
        ([{"label": "A", "clean_name": "complete"}], {}, "cannot be used"),
        ([{"label": "A", "clean_name": "a b"}], {}, "small letters, digits"),
        (
            [{"label": "A", "field_type": "files"}, {"label": "B", "field_type": "files"}],
            {},
            "already assigned",
        ),
        ([{"label": "A", "clean_name": "files"}], {}, "of no other"),
    ],
)
def test_a_form_that_could_not_work_is_not_published(admin, fields, changes, words):
    response = add(admin, make_data(*fields, **changes))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not TreatmentFormPage.objects.exists()


def test_a_draft_may_lack_its_recipients(admin):
    data = make_data({"label": "Name"}, recipients="")
    del data["action-publish"]

    add(admin, data)

    assert not TreatmentFormPage.objects.get().live


@pytest.mark.parametrize("lack", ["recipients", "fields"])
def test_no_other_door_publishes_it_either(lack):
    page = TreatmentFormPage(title="Ask", slug="ask", recipients=RECIPIENT, live=False)
    page.fields = [make_field("singleline", "name")]
    get_root().add_child(instance=page)
    setattr(page, lack, "" if lack == "recipients" else [])
    revision = page.save_revision(clean=False)

    with pytest.raises(ValidationError) as refusal:
        revision.publish()

    assert lack in refusal.value.message_dict
    assert not TreatmentFormPage.objects.get().live


# --- Fields and their keys ------------------------------------------------------------


def test_a_new_form_begins_with_the_usual_fields(admin):
    url = reverse(
        "wagtailadmin_pages:add", args=["treatment_forms", "treatmentformpage", get_root().pk]
    )

    text = admin.get(url).content.decode()

    for row in default_fields():
        assert f'value="{row.clean_name}"' in text
    assert 'name="fields-INITIAL_FORMS" value="11"' in text


WORDS = {  # a text of the page, a question, and the consent
    "en": ("Send a request", "Who is the patient?", "I am the patient, or"),
    "ru": ("Отправить заявку", "Кто пациент?", "Я пациент"),
}


@pytest.mark.parametrize(("of_editor", "of_page"), [("ru", "en"), ("en", "ru")])
def test_a_new_form_begins_in_the_language_of_the_page_whatever_the_editors_is(
    admin, of_editor, of_page
):
    UserProfile.objects.create(user=get_user(admin), preferred_language=of_editor)
    root = get_root()
    if of_page != root.locale.language_code:
        root = root.copy_for_translation(Locale.objects.get_or_create(language_code=of_page)[0])
    url = reverse("wagtailadmin_pages:add", args=["treatment_forms", "treatmentformpage", root.pk])

    answer = admin.get(url)

    assert f'lang="{of_editor}"' in answer.content.decode()
    page = answer.context["form"].instance
    questions = {row.clean_name: row for row in page.fields.all()}
    button, patient, consent = WORDS[of_page]
    assert f'value="{button}"' in answer.content.decode()
    assert questions["patient"].label == patient
    assert questions["consent"].help_text.startswith(consent)


def test_the_usual_fields_are_saved_as_they_were_offered(admin):
    rows = [
        {
            "field_type": row.field_type,
            "label": row.label,
            "help_text": row.help_text,
            "choices": row.choices,
            "clean_name": row.clean_name,
            "required": "on" if row.required else "",
        }
        for row in default_fields()
    ]

    add(admin, make_data(*rows, initial=len(rows)))

    page = TreatmentFormPage.objects.get()
    assert [field.clean_name for field in page.fields.all()] == [
        row.clean_name for row in default_fields()
    ]
    follow(post(page))
    check_invariants(accepted=True)


def test_renaming_labels_changes_no_key(admin):
    add(admin, make_data({"label": "Colour", "field_type": "radio", "choices": "Red\nBlue"}))
    page = TreatmentFormPage.objects.get()
    field = page.fields.get()
    changed = {
        "id": str(field.pk),
        "label": "Your favourite",
        "field_type": "radio",
        "choices": field.choices.replace("Red", "Crimson"),
        "clean_name": "other_key",
    }

    edit(admin, page, make_data(changed, initial=1))

    field = page.fields.get()
    assert (field.clean_name, field.label) == ("colour", "Your favourite")
    assert field.choices == "red|Crimson\nblue|Blue"


def test_two_questions_in_the_same_words_get_keys_of_their_own(admin):
    add(admin, make_data({"label": "Имя"}, {"label": "Имя"}, {"label": "Prefix"}))

    page = TreatmentFormPage.objects.get()
    assert [field.clean_name for field in page.fields.all()] == ["imya", "imya_2", "prefix"]
    follow(post(page, imya="Anna", imya_2="Maria", prefix="Dr"))
    assert check_invariants(accepted=True).answers["prefix"] == "Dr"


def test_a_draft_knows_its_keys_before_it_is_published(admin):
    add(admin, make_data({"label": "Name"}))
    page = TreatmentFormPage.objects.get()
    field = {"id": str(page.fields.get().pk), "label": "Name", "clean_name": "name"}
    data = make_data(field, {"label": "Colour", "choices": ""}, initial=1)
    del data["action-publish"]

    edit(admin, page, data)

    draft = TreatmentFormPage.objects.get().get_latest_revision_as_object()
    assert [one.clean_name for one in draft.fields.all()] == ["name", "colour"]


def test_keys_of_the_contract_are_never_made_for_a_field(db):
    page = make_form_page(*(make_field("singleline", "", label=name) for name in ("Source", "As")))

    assert [field.clean_name for field in page.fields.all()] == ["source_field", "as_field"]


def test_a_field_may_be_replaced_by_one_of_the_same_name(admin):
    add(admin, make_data({"label": "Name"}))
    page = TreatmentFormPage.objects.get()
    old = {"id": str(page.fields.get().pk), "label": "Name", "clean_name": "name", "DELETE": "1"}

    edit(admin, page, make_data(old, {"label": "Name", "field_type": "multiline"}, initial=1))

    assert page.fields.get().field_type == "multiline"
    assert page.fields.get().clean_name == "name"


def test_a_copied_form_has_fields_and_an_inbox_of_its_own(form_page):
    copied = form_page.copy(update_attrs={"slug": "copy", "title": "Copy"})

    assert copied.translation_key != form_page.translation_key
    assert [field.clean_name for field in copied.fields.all()] == [
        field.clean_name for field in form_page.fields.all()
    ]
    follow(post(copied))
    assert check_invariants(accepted=True).form_key == copied.translation_key


def test_deleting_the_form_keeps_its_requests(form_page):
    post(form_page)

    Page.objects.get(pk=form_page.pk).delete()

    submission = check_invariants(accepted=True)
    assert submission.form_page is None
    assert submission.form_title == "Request"


# --- A test request -------------------------------------------------------------------


def test_an_editor_sends_a_test_request_through_the_same_pipeline(
    admin, form_page, clamd, mailoutbox
):
    url = reverse("treatment_forms_test", args=[form_page.pk])
    edit_page = admin.get(reverse("wagtailadmin_pages:edit", args=[form_page.pk]))
    assert url in edit_page.content.decode()
    assert RECIPIENT in admin.get(url).content.decode()

    response = admin.post(url, follow=True)

    submission = check_invariants(
        accepted=True, files=tuple(type("F", (), {"content": c}) for c in clamd.received)
    )
    assert submission.is_test
    assert submission.reference in response.content.decode()
    assert len(clamd.received) == 1
    admin.post(url)
    assert type(submission).objects.count() == 2


def test_a_form_that_nobody_reads_is_not_tried_but_says_so(admin, form_page):
    TreatmentFormPage.objects.update(recipients="", fallback_recipient="")
    url = reverse("treatment_forms_test", args=[form_page.pk])
    words = "name a recipient first"

    assert words in admin.get(url).content.decode()
    response = admin.post(url, follow=True)

    assert words in response.content.decode()
    check_invariants(accepted=False)
    assert not Alarm.objects.exists()


def test_the_test_of_a_form_with_a_fallback_only_goes_there(admin, form_page):
    fallback = "fallback@example.org"
    TreatmentFormPage.objects.update(recipients="", fallback_recipient=fallback)
    url = reverse("treatment_forms_test", args=[form_page.pk])

    assert fallback in admin.get(url).content.decode()
    response = admin.post(url, follow=True)

    assert f"on its way to {fallback}." in response.content.decode()
    assert Submission.objects.get().deliveries.get(kind="coordinator").recipient == fallback


def test_a_stranger_sends_no_test_request(form_page):
    url = reverse("treatment_forms_test", args=[form_page.pk])

    assert Client().post(url).status_code == 302
    check_invariants(accepted=False)


def test_every_kind_of_field_can_be_tested(admin):
    section = make_section("Hill")
    kinds = [kind for kind, _label in TreatmentFormField._meta.get_field("field_type").choices]
    page = make_form_page(
        *(
            make_field(kind, kind, choices="a|A", choose_from=section, sort_order=order)
            for order, kind in enumerate(kinds)
        )
    )

    admin.post(reverse("treatment_forms_test", args=[page.pk]))

    assert set(Submission.objects.get().answers) == set(kinds) - {"files"}
