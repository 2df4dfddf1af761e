"""The site's own snippets in the admin, and the log of what was shown."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text

from home.models import Disclaimer, DisclaimerVersion, SiteTexts
from tests.cast import log_in, make_editor, make_reviewer
from tests.home.editor import enter

pytestmark = pytest.mark.django_db

SEED = (
    "All information on this website is provided for informational purposes only and does not "
    "constitute medical advice. All medical procedures require prior consultation with a licensed "
    "physician. Treatment outcomes may vary depending on individual characteristics. We do not "
    "guarantee any specific results. Always consult a medical professional before making any "
    "healthcare decisions."
)


def url(model, name, *args):
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def fill_in(**changes):
    values = {"key": "general", "heading": "Disclaimer", "body": "<p>Ask a doctor.</p>", **changes}
    body = rich_text(values.pop("body"), features=["bold", "link"])
    return nested_form_data({**values, "body": body})


def test_the_default_disclaimer_is_the_seeds_five_sentences():
    disclaimer = Disclaimer.objects.get(key="general", locale__language_code="en")

    assert disclaimer.body == f"<p>{SEED}</p>"
    assert disclaimer.live
    assert disclaimer.approval_is_demo
    assert DisclaimerVersion.objects.get().body == disclaimer.body


@pytest.mark.parametrize("body", ["", " ", "<p></p>", '<p data-block-key="a"> </p>', "&nbsp;"])
def test_the_database_itself_keeps_no_blank_disclaimer(body):
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclaimer.objects.update(body=body)


def test_a_second_disclaimer_with_the_key_is_refused_at_its_field():
    answer = log_in(make_reviewer()).post(url(Disclaimer, "add"), fill_in())

    assert answer.status_code == 200
    assert "key" in answer.context["form"].errors
    assert Disclaimer.objects.count() == 1


def test_publishing_another_text_counts_up_and_is_logged_with_who_stands_for_it():
    disclaimer = Disclaimer.objects.get()
    data = {**fill_in(body="<p>Ask your own doctor.</p>"), "action-publish": "1"}

    answer = log_in(make_reviewer()).post(url(Disclaimer, "edit", disclaimer.pk), data)

    disclaimer.refresh_from_db()
    newest = DisclaimerVersion.objects.first()
    assert answer.status_code == 302
    assert disclaimer.version == newest.version == 2
    assert "Ask your own doctor." in newest.body
    assert newest.approved_by == "reviewer"
    assert not disclaimer.approval_is_demo
    assert DisclaimerVersion.objects.count() == 2


def test_an_editor_drafts_a_disclaimer_but_cannot_publish_it():
    disclaimer = Disclaimer.objects.get()
    data = {**fill_in(body="<p>Something softer.</p>"), "action-publish": "1"}

    log_in(make_editor()).post(url(Disclaimer, "edit", disclaimer.pk), data)

    disclaimer.refresh_from_db()
    assert SEED in disclaimer.body
    assert disclaimer.version == 1


def test_published_texts_are_never_changed_and_never_deleted():
    row = DisclaimerVersion.objects.get()

    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_a_disclaimer_is_previewed_as_readers_see_it():
    disclaimer = Disclaimer.objects.get()
    preview = url(Disclaimer, "preview_on_edit", disclaimer.pk)
    browser = log_in(make_reviewer())

    assert browser.post(preview, fill_in(body="<p>Not yet saved.</p>")).json()["is_valid"]

    assert "Not yet saved." in browser.get(preview).content.decode()


def test_the_report_tells_what_was_published_when():
    text = log_in(make_reviewer()).get(reverse("disclaimer_log")).content.decode()

    assert "does not constitute medical advice" in text


def test_a_language_has_its_texts_once():
    answer = enter().post(url(SiteTexts, "add"), {"tagline": "Again"})

    assert answer.status_code == 200
    assert SiteTexts.objects.count() == 1


def test_an_administrator_sets_form_and_contacts_for_the_site():
    browser = enter()
    edit_url = browser.get(reverse("wagtailsettings:edit", args=["home", "sitesettings"]))

    answer = browser.post(edit_url["Location"], {"phone": "+442079460000", "telegram": "care"})

    assert answer.status_code == 302
    texts = browser.get(edit_url["Location"]).content.decode()
    assert "+44 20 7946 0000" in texts
