"""No form goes live in a language without its own consents, approved by a person; by no door."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page

from tests.treatment_forms.calling import call, send
from tests.treatment_forms.editing import add, make_data
from tests.treatment_forms.pages import (
    RECIPIENT,
    add_page,
    get_approver,
    get_root,
    make_field,
    make_form_page,
)
from tests.treatment_forms.people import make_staff
from tests.treatment_forms.posting import PDF, Sent, check_invariants, post
from tests.treatment_forms.resuming import begin, create, delete, get_row, get_token, head, patch
from tests.treatment_forms.resuming import send as send_file
from tests.treatment_forms.test_api_forms import make_arabic
from tests.treatment_forms.test_views import render_tag
from treatment_forms.errors import FormRefused
from treatment_forms.models import (
    ConsentApproval,
    StagedFile,
    TreatmentFormPage,
    approve_consents,
)
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db

WORDS = "I agree that you read this."
RUSSIAN = "Я согласен с тем, что вы это прочтёте."


@pytest.fixture
def publisher(db):
    return get_user_model().objects.create_superuser("publisher", "p@example.org", "x")


@pytest.fixture
def russian_home(db):
    locale, _ = Locale.objects.get_or_create(language_code="ru")
    return get_root().copy_for_translation(locale)


def make_page(words=WORDS, **attributes):
    fields = {"title": "Ask", "slug": "ask", "recipients": RECIPIENT, **attributes}
    page = TreatmentFormPage(**fields)
    page.fields = [make_field("consent", "agreed", label="I agree", help_text=words)]
    return page


def is_live(page):
    return Page.objects.get(pk=page.pk).live


def reword(page, words):
    """The page in memory with other words of its consent."""
    rows = list(page.fields.all())
    for row in rows:
        row.help_text = words
    page.fields = rows
    return page


def test_whoever_publishes_a_form_approves_its_consents(publisher):
    page = add_page(get_root(), make_page())
    assert not is_live(page)  # code alone approves nothing

    page.save_revision().publish(user=publisher)

    assert is_live(page)
    approval = ConsentApproval.objects.get()
    assert (approval.text, approval.language_code) == (f"I agree\n\n{WORDS}", "en")
    assert (approval.approved_by, approval.approved_by_name) == (publisher, "publisher")
    assert not approval.is_demo


def test_other_words_need_another_approval(publisher):
    page = make_form_page(make_field("consent", "agreed", label="I agree", help_text=WORDS))
    writer = make_staff("writer")

    reword(page, "I agree to everything.")
    with pytest.raises(FormRefused) as refused:
        page.save()
    assert "fields" in refused.value.message_dict
    for author in (None, writer):
        with pytest.raises(FormRefused):
            page.save_revision(user=author).publish()
    stored = TreatmentFormPage.objects.get(pk=page.pk)
    assert stored.fields.get().help_text == WORDS
    assert ConsentApproval.objects.count() == 1

    page.save_revision(user=publisher).publish()

    stored = TreatmentFormPage.objects.get(pk=page.pk)
    assert stored.fields.get().help_text == "I agree to everything."
    assert ConsentApproval.objects.count() == 2


def test_a_label_that_is_no_consent_needs_no_approval(form_page):
    form_page.answer_time = "Tomorrow."
    form_page.save()
    form_page.save_revision().publish()

    assert TreatmentFormPage.objects.get(pk=form_page.pk).answer_time == "Tomorrow."


def save_live(page, user):
    page.live = True
    page.save()


def save_bare(page, user):
    bare = Page.objects.get(pk=page.pk)
    bare.live = True
    bare.save()


def publish(page, user):
    page.save_revision(user=user).publish(user=user)


def schedule(page, user):
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(user=user).publish(user=user)


@pytest.mark.parametrize("door", [save_live, save_bare, publish, schedule])
def test_consents_in_the_words_of_another_language_go_live_by_no_door(
    russian_home, publisher, door
):
    original = make_form_page(make_field("consent", "agreed", label="I agree", help_text=WORDS))
    copy = original.copy_for_translation(russian_home.locale).specific
    assert not is_live(copy)

    with pytest.raises(ValidationError) as refused:
        door(copy, publisher)

    assert refused.value.message_dict  # wagtail-localize reads it by field
    assert not is_live(copy)
    assert not copy.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert not ConsentApproval.objects.filter(language_code="ru").exists()


def test_a_translated_consent_goes_live_by_the_clock_that_a_person_set(russian_home, publisher):
    copy = add_page(russian_home, make_page(RUSSIAN, locale=russian_home.locale))
    schedule(copy, publisher)
    revision = copy.revisions.get(approved_go_live_at__isnull=False)
    assert not is_live(copy)

    copy.revisions.update(approved_go_live_at=timezone.now())
    page = revision.as_object()
    page.go_live_at = None
    page.save_revision().publish(log_action="wagtail.publish.scheduled")

    assert is_live(copy)
    approval = ConsentApproval.objects.get(language_code="ru")
    assert approval.approved_by == publisher


@pytest.mark.parametrize("is_alias", [True, False])
def test_a_copy_in_another_language_waits_as_a_draft_also_when_its_original_changes(
    russian_home, publisher, is_alias
):
    original = make_form_page(make_field("consent", "agreed", label="I agree", help_text=WORDS))
    copy = original.copy_for_translation(russian_home.locale, alias=is_alias)

    original.save_revision(user=publisher).publish()

    assert is_live(original)
    assert not is_live(copy)


def test_a_copy_in_the_same_language_has_approved_words(form_page):
    copy = form_page.copy(update_attrs={"slug": "again", "title": "Again"})

    assert is_live(copy)


def test_a_blank_consent_goes_live_for_nobody(publisher):
    page = make_page(" ")
    page.fields.all()[0].label = " "
    page.locale = get_root().locale
    approve_consents(page, by=publisher)
    page = add_page(get_root(), page)

    with pytest.raises(ValidationError):
        page.save_revision(user=publisher, clean=False).publish()

    assert not is_live(page)


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_demo_approval_counts_where_the_settings_say_so(settings, is_accepted):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "ACCEPT_DEMO_APPROVALS": is_accepted}
    page = make_page()
    page.locale = get_root().locale
    approve_consents(page)

    page = add_page(get_root(), page)

    assert is_live(page) is is_accepted


def test_the_editor_reads_beside_the_form_what_is_wrong(admin, russian_home):
    make_form_page(make_field("consent", "agreed", label="I agree", help_text=WORDS))
    row = {"field_type": "consent", "label": "I agree", "help_text": WORDS}
    data = make_data(row)
    url = reverse(
        "wagtailadmin_pages:add", args=["treatment_forms", "treatmentformpage", russian_home.pk]
    )

    refused = admin.post(url, data)

    assert refused.status_code == 200
    assert "the words of another language" in refused.content.decode()
    assert TreatmentFormPage.objects.count() == 1
    assert add(admin, make_data({**row, "help_text": "Other words."})).status_code == 302
    assert ConsentApproval.objects.filter(text__endswith="Other words.").exists()


def test_bulk_publishing_says_why_and_breaks_nothing(admin, russian_home):
    original = make_form_page(make_field("consent", "agreed", label="I agree", help_text=WORDS))
    copy = original.copy_for_translation(russian_home.locale)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(f"{url}?id={copy.pk}&next={reverse('wagtailadmin_home')}", follow=True)

    assert response.status_code == 200
    assert "the words of another language" in response.content.decode()
    assert not is_live(copy)


def test_the_account_of_who_approved_may_go_and_the_approval_stays(publisher):
    page = add_page(get_root(), make_page())
    page.save_revision(user=publisher).publish()

    get_approver()
    publisher.delete()

    approval = ConsentApproval.objects.get()
    assert (approval.approved_by, approval.approved_by_name) == (None, "publisher")


# --- The last lock --------------------------------------------------------------------


DOORS = {
    "page": lambda page: Client().get(page.url).status_code == 200,
    "post": lambda page: post(page, message=f"New: {uuid4()}").status_code == 303,
    "block": lambda page: "data-tf-form" in render_tag(page),
    "list for apps": lambda page: bool(call("GET", "/forms?locale=en").json().get("items")),
    "form for apps": lambda page: (
        call("GET", f"/forms/{page.translation_key}?locale=en").status_code == 200
    ),
    "sent by an app": lambda page: send(page).status_code == 201,
    "upload": lambda page: create(page, "a.pdf", 9).status_code == 201,
}


@pytest.mark.parametrize("door", DOORS)
def test_words_that_an_update_brought_in_are_shown_by_no_door_until_somebody_approves_them(
    publisher, door, caplog
):
    cache.clear()  # it remembers who was alarmed
    page = make_form_page()
    is_open = DOORS[door]
    assert is_open(page)

    page.fields.filter(field_type="consent").update(help_text=f"Nobody read this: {door}")
    page = TreatmentFormPage.objects.get(pk=page.pk)
    assert not is_open(page)
    assert f"form {page.pk} is live with consents nobody approved" in caplog.text

    approve_consents(page, by=publisher)
    assert is_open(page)


def disown(page):
    """Take the approval of its consents away, as whoever changes rows of the database can."""
    page.fields.filter(field_type="consent").update(help_text=f"Nobody read this: {uuid4()}")


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_form_that_is_closed_while_a_file_is_on_its_way_takes_no_more_of_it_and_says_so(
    publisher, is_gone
):
    page = make_form_page()
    address = begin(page, "one.pdf", len(PDF))
    whole = send_file(page, "two.pdf", PDF)
    assert patch(address, PDF[:10], 0).status_code == 204

    page.unpublish() if is_gone else disown(page)
    refused = patch(address, PDF[10:], 10)

    assert (refused.status_code, refused.json()["code"]) == (403, "form_closed")
    assert "This form takes no files just now" in refused.json()["detail"]
    assert get_row(address).offset == 10
    # What is here is told of as before, and can be taken back.
    assert head(address).headers["Upload-Offset"] == "10"
    assert head(whole).headers["Upload-Verdict"] == Verdict.NOT_YET
    assert delete(whole).status_code == 204

    page = TreatmentFormPage.objects.get(pk=page.pk)
    page.save_revision(user=publisher).publish(user=publisher)
    assert patch(address, PDF[10:], 10).status_code == 204
    ids = [get_token(address)]
    assert post(page, uploads=ids).status_code == 303
    check_invariants(accepted=True, files=(Sent("one.pdf", PDF),))


def test_a_file_is_taken_while_the_form_stands_in_one_of_its_languages():
    page = make_form_page()
    copy = make_arabic(page)
    assert is_live(copy)

    disown(page)
    assert create(page, "a.pdf", 9).status_code == 201

    disown(copy)
    assert create(page, "a.pdf", 9).status_code == 404


def test_whoever_sends_a_form_that_was_closed_meanwhile_reads_that_nothing_was_kept():
    page = make_form_page(contacts="<p>Call 112233.</p>")
    uploads = [get_token(send_file(page, "one.pdf", PDF))]
    disown(page)

    told = post(page, Sent("two.pdf", PDF), uploads=uploads)

    assert told.status_code == 404
    html = told.content.decode()
    assert "This form takes no requests just now" in html
    assert "Call 112233." in html
    assert f'href="{page.url}"' not in html  # nothing is there
    assert StagedFile.objects.count() == 1  # the upload, until it expires
    check_invariants(accepted=False)


def test_demo_approvals_open_no_door_where_they_do_not_count(settings):
    page = make_form_page()
    page.fields.filter(field_type="consent").update(help_text="For show")
    page = TreatmentFormPage.objects.get(pk=page.pk)
    approve_consents(page)

    for accepted, status in ((True, 200), (False, 404), (True, 200)):
        plugin = {**settings.TREATMENT_FORMS, "ACCEPT_DEMO_APPROVALS": accepted}
        settings.TREATMENT_FORMS = plugin
        assert Client().get(page.url).status_code == status
