"""What a visitor sees: the form, the thanks, and never a cookie."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from freezegun import freeze_time
from wagtail.models import Page, PageViewRestriction

from tests.treatment_forms.pages import get_root, make_field, make_form_page, make_section
from tests.treatment_forms.posting import ANSWERS, PDF, Sent, check_invariants, follow, post
from treatment_forms.models import Submission, default_fields
from treatment_forms.states import Verdict

pytestmark = pytest.mark.django_db


def get(page, **query):
    return Client().get(page.url, query)


def test_the_form_holds_the_seeds_words(form_page):
    text = get(form_page).content.decode()

    offer = (
        "You choose the clinic — we’ll take care of travel and treatment arrangements "
        "and all the paperwork"
    )
    assert ">Application</h2>" in text
    assert f">{offer}</p>" in text
    assert f">{offer}.</p>" in text
    assert "Send a request</h3>" in text
    assert "Attach file" in text
    assert (
        "You can upload up to 10 files, each up to 10\u202fMB. If you encounter an error, "
        "please submit the form without attachments."
    ) in text


def test_the_sentence_about_files_is_made_from_the_limits(db):
    page = make_form_page(max_files=3, max_file_mb=5)

    assert "up to 3 files, each up to 5\u202fMB." in get(page).content.decode()


def test_nobody_gets_a_cookie_and_everybody_the_same_page(form_page):
    first, second = get(form_page), Client(headers={"User-Agent": "Other"}).get(form_page.url)

    assert hide_time(first) == hide_time(second)
    for response in (first, post(form_page, email="x"), post(form_page), follow(post(form_page))):
        assert not response.cookies
        assert "cookie" not in response.headers.get("Vary", "").lower()
        assert response.headers["Referrer-Policy"] == "same-origin"
    assert "csrf" not in first.content.decode()


def hide_time(response):
    """The page but for when it was made, which its signed token tells."""
    return re.sub(r'(name="form_token" value=")[^"]+', r"\1", response.content.decode())


def test_the_page_runs_nothing_inline(form_page):
    for response in (get(form_page), post(form_page, email="x"), follow(post(form_page))):
        text = response.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/')


def test_head_is_get_without_a_body(form_page):
    response = Client().head(form_page.url)

    assert response.status_code == 200
    assert response.content == b""


def test_complete_is_the_last_field_of_the_form(form_page):
    form = get(form_page).content.decode().split("<form")[1].split("</form>")[0]

    assert form.rstrip().endswith('<input type="hidden" name="complete" value="1">')


def test_every_input_has_a_label(form_page):
    text = get(form_page).content.decode()

    for key in ("full_name", "email", "country", "language", "topic", "message"):
        assert f'<label class="tf-field__label" for="tf-{key}">' in text
        assert f'id="tf-{key}"' in text
    assert '<label class="tf-field__label" for="tf-phone_0">' in text
    assert 'id="tf-phone_0"' in text
    assert '<label class="tf-field__label" for="tf-files">' in text


# --- Thanks ---------------------------------------------------------------------------


def test_thanks_say_what_happens_and_hold_nothing_that_was_written(form_page):
    form_page.contacts = "<p>Call us</p>"
    form_page.thanks = "<p>Anna reads it.</p>"
    form_page.save()
    response = post(form_page, Sent("analysis.pdf", PDF))

    thanks = follow(response)

    text = thanks.content.decode()
    assert Submission.objects.get().reference in text
    for words in ("Anna reads it.", "within two working days", "not for emergencies", "Call us"):
        assert words in text
    for value in (ANSWERS["full_name"], ANSWERS["email"], "analysis.pdf", ANSWERS["message"]):
        assert value not in text
        assert value not in response.headers["Location"]
    assert thanks.headers["Cache-Control"] == "no-store"
    assert thanks.headers["X-Robots-Tag"] == "noindex"


def test_refresh_and_back_never_send_again(form_page):
    response = post(form_page)

    for _refresh in range(3):
        follow(response)

    check_invariants(accepted=True)


def test_thanks_stop_saying_that_files_are_checked_when_they_are(form_page):
    response = post(form_page, Sent("one.pdf", PDF))
    assert "still being checked" in follow(response).content.decode()

    Submission.objects.get().attachments.update(verdict=Verdict.CLEAN)

    assert "still being checked" not in follow(response).content.decode()


@pytest.mark.parametrize("token", ["", "x", "TR-0000-0000", "x" * 5000, "\0"])
def test_an_invented_reference_is_nothing(form_page, token):
    post(form_page)

    assert get(form_page, reference=token).status_code == 404


def test_a_bare_reference_opens_nothing_nor_does_anothers_form_or_an_old_token(form_page):
    response = post(form_page)
    query = response.headers["Location"].partition("?")[2]
    other = make_form_page(slug="other", title="Other")

    assert get(form_page, reference=Submission.objects.get().reference).status_code == 404
    assert Client().get(f"{other.url}?{query}").status_code == 404
    with freeze_time() as clock:
        clock.tick(timedelta(days=8))
        assert follow_status(response) == 404


def follow_status(response):
    return Client().get(response.headers["Location"]).status_code


# --- Who may see it -------------------------------------------------------------------


def test_a_draft_takes_nothing(form_page):
    form_page.unpublish()

    assert get(form_page).status_code == 404
    assert post(form_page).status_code == 404
    check_invariants(accepted=False)


def test_a_private_form_is_not_shown_and_takes_nothing_from_strangers(form_page):
    PageViewRestriction.objects.create(page=form_page, restriction_type=PageViewRestriction.LOGIN)

    assert get(form_page).status_code != 200
    assert post(form_page).status_code not in {200, 303}
    check_invariants(accepted=False)


def test_other_pages_keep_their_csrf_check(form_page):
    page = get_root().add_child(instance=Page(title="Plain"))

    assert Client(enforce_csrf_checks=True).post(page.url).status_code == 403


def test_wagtails_own_forms_know_nothing_of_requests(db):
    form_page = make_form_page(slug="zebra", title="Zebra form")
    post(form_page)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "x"))

    listing = client.get(reverse("wagtailforms:index"))

    assert form_page.title not in listing.content.decode()
    for address in ("list_submissions", "list_submissions_results"):
        url = reverse(f"wagtailforms:{address}", args=[form_page.pk])
        assert client.get(url).status_code == 404
        assert client.get(f"{url}?export=csv").status_code == 404
    # Wagtail sends those whom it does not let delete back to the admin's first page.
    delete = reverse("wagtailforms:delete_submissions", args=[form_page.pk])
    assert client.post(f"{delete}?selected-submissions=1").headers["Location"] == "/admin/"
    check_invariants(accepted=True)


# --- Where the visitor comes from ------------------------------------------------------


def test_the_page_that_the_visitor_came_from_is_chosen_and_kept(db):
    section = make_section("Harbour Clinic", "Hill Clinic")
    page = make_form_page()
    page.fields = default_fields(clinics=section)
    page.save()
    clinic = section.get_children().get(title="Hill Clinic")

    text = get(page, source=clinic.pk).content.decode()
    follow(post(page, source=str(clinic.pk), clinic=str(clinic.translation_key)))

    assert f'<option value="{clinic.translation_key}" selected>Hill Clinic</option>' in text
    assert f'name="source" value="{clinic.pk}"' in text
    submission = check_invariants(accepted=True)
    assert submission.source_page == clinic
    assert submission.answers["clinic"] == str(clinic.translation_key)
    assert {"Harbour Clinic", "Hill Clinic"} == set(
        next(row for row in submission.form_snapshot if row["key"] == "clinic")["choices"].values()
    )


@pytest.mark.parametrize("source", ["", "x", "-1", "999999", "9" * 400, "٣", "\0", "1.5"])
def test_a_source_that_is_no_page_is_nobodys_fault(form_page, source):
    assert get(form_page, source=source).status_code == 200
    follow(post(form_page, source=source))

    assert check_invariants(accepted=True).source_page is None


def test_a_page_that_strangers_may_not_see_is_no_source(form_page):
    draft = get_root().add_child(instance=Page(title="Draft", live=False))
    secret = get_root().add_child(instance=Page(title="Secret"))
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)

    for page in (draft, secret):
        assert 'name="source"' not in get(form_page, source=page.pk).content.decode()


# --- The tag --------------------------------------------------------------------------


def render_tag(form_page, source=None):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    template = Template("{% load treatment_forms %}{% treatment_form form_page source=source %}")
    return template.render(Context({"form_page": form_page, "source": source, "request": request}))


def test_the_tag_puts_the_same_form_onto_any_page(form_page):
    article = get_root().add_child(instance=Page(title="Article"))

    for page in (form_page, Page.objects.get(pk=form_page.pk)):
        text = render_tag(page, source=article)

        assert f'action="{form_page.url}"' in text
        assert f'name="source" value="{article.pk}"' in text
        assert 'name="message"' in text


def test_the_tag_puts_nothing_for_what_is_no_open_form(form_page):
    draft = make_form_page(slug="draft", title="Draft")
    draft.unpublish()
    secret = make_form_page(slug="secret", title="Secret")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)

    for page in (None, "", get_root(), draft, secret):
        assert render_tag(page).strip() == ""


def test_the_tag_costs_eight_queries(form_page, django_assert_max_num_queries):
    section = make_section("Hill", "Harbour")
    form_page.fields.filter(clean_name="clinic").update(choose_from=section)
    form_page.contacts = "<p>Call us.</p>"  # where it is empty a host may look for its own
    form_page.save()
    render_tag(form_page)
    bare = Page.objects.get(pk=form_page.pk)

    with django_assert_max_num_queries(8):
        render_tag(bare, source=section)


# --- Previews -------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "words"), [("", "Attach file"), ("thanks", "TR-0000-0000")])
def test_editors_preview_form_and_thanks(form_page, mode, words):
    response = form_page.make_preview_request(preview_mode=mode)

    assert response.status_code == 200
    assert words in response.content.decode()


def test_a_preview_of_a_draft_shows_fields_that_were_not_saved(form_page):
    form_page.fields = [make_field("singleline", "colour", label="Your colour")]

    response = form_page.make_preview_request(preview_mode="")

    assert "Your colour" in response.content.decode()
    assert "Attach file" not in response.content.decode()
