"""What is stored is answered as it was, whatever has become of its form; nothing else is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import PageViewRestriction

from tests.treatment_forms import calling, patients
from tests.treatment_forms.calling import (
    describe_upload,
    make_document,
    require_problem,
    require_receipt,
    send_document,
)
from tests.treatment_forms.posting import (
    ANSWERS,
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    make_body,
    post,
    post_body,
)
from treatment_forms import conf
from treatment_forms.models import Replay, StagedFile, TreatmentFormPage
from treatment_forms.services import idempotency

pytestmark = pytest.mark.django_db

PAPER, OTHER = Sent("one.pdf", PDF), Sent("two.png", PNG)
ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"


def restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def disown(page):
    page.fields.filter(field_type="consent").update(help_text=f"Nobody read this: {uuid4()}")


def rename_a_field(page):
    page.fields.filter(clean_name="full_name").update(clean_name="name")


def take_no_files(page):
    page.fields.filter(field_type="files").delete()


def delete(page):
    TreatmentFormPage.objects.get(pk=page.pk).delete()


# What happens to a form, and how it refuses who did not send this before: a browser, an app.
CHANGES = {
    "unpublished": (TreatmentFormPage.unpublish, 404, 404),
    "restricted": (restrict, 302, 404),
    "without its consents": (disown, 404, 404),
    "without files": (take_no_files, 400, 422),
    "with another field": (rename_a_field, 422, 422),
    "deleted": (delete, 404, 404),  # where it was, nobody knows any more: an app names its key
}
every_change = pytest.mark.parametrize(
    ("change", "by_browser", "by_app"), CHANGES.values(), ids=CHANGES
)


@every_change
@pytest.mark.parametrize("sent", [{"submission_id": ID}, {}], ids=["id", "no id"])
def test_a_visitor_is_led_to_what_is_stored_and_a_stranger_nowhere(
    form_page, change, by_browser, by_app, sent
):
    follow(post(form_page, PAPER, **sent))
    change(form_page)

    again = post(form_page, PAPER, **sent)

    stored = check_invariants(accepted=True, files=(PAPER,))
    if change is delete:
        assert again.status_code == by_browser
    else:
        assert stored.reference in follow(again).content.decode()
    assert post(form_page, PAPER, **sent, message="Other").status_code == by_browser
    assert post(form_page, Sent("one.pdf", PDF + b"1"), **sent).status_code == by_browser
    foreign = post_body(form_page, make_body({**ANSWERS, **sent}, (PAPER,)), origin="https://e.vil")
    assert foreign.status_code in {302, 403, 404}
    assert Replay.objects.count() == 1


def send_in_one_call(page):
    document = make_document(PAPER)
    return lambda key="one", bytes_=PAPER, **changes: send_document(
        page, {**document, "answers": {**document["answers"], **changes}}, bytes_, key=key
    )


def send_with_upload(page):
    calling.send(page, PAPER, email="nobody")
    document = make_document(manifest=[describe_upload(StagedFile.objects.get())])
    return lambda key="one", **changes: send_document(
        page, {**document, "answers": {**document["answers"], **changes}}, key=key
    )


@every_change
@pytest.mark.parametrize("way", [send_in_one_call, send_with_upload])
def test_an_app_gets_the_first_answer_byte_for_byte_and_a_stranger_none(
    form_page, change, by_browser, by_app, way
):
    send = way(form_page)
    first = send()
    require_receipt(first)
    change(form_page)

    again = send()

    require_receipt(again, 200)
    assert again.content == first.content
    assert send(key="two").status_code == by_app
    assert send(message="Other").status_code == by_app
    if way is send_in_one_call:  # the manifest is the old one, the file is not
        require_problem(send(bytes_=Sent("one.pdf", PDF + b"1")), 400, "incomplete")
    check_invariants(accepted=True, files=(PAPER,))
    assert Replay.objects.count() == 1
    with freeze_time(timezone.now() + timedelta(hours=24, seconds=1)):
        assert send().status_code == by_app


def test_an_app_whose_request_is_being_taken_while_the_form_closes_is_asked_to_wait(form_page):
    document, at = make_document(), timezone.now()
    fingerprint = idempotency.make_fingerprint(document)
    idempotency.begin(f"form {form_page.translation_key}", "one", fingerprint, at=at)
    form_page.unpublish()

    require_problem(send_document(form_page, document, key="one"), 409, "in_flight")
    require_problem(
        send_document(form_page, make_document(message="2"), key="one"), 404, "not_found"
    )
    with freeze_time(at + timedelta(seconds=121)):  # its holder died
        require_problem(send_document(form_page, document, key="one"), 404, "not_found")


@pytest.mark.parametrize(
    "change", [*(row[0] for row in CHANGES.values()), None], ids=[*CHANGES, "full"]
)
def test_files_that_were_added_are_told_again(form_page, monkeypatch, change):
    submission, url = patients.send_request(form_page)
    receipt = require_receipt(calling.send(form_page))
    first = patients.add(url, PAPER), calling.add(receipt, PAPER, key="one")
    if change:
        change(form_page)
    else:
        monkeypatch.setattr(conf, "MAX_FILES_OF_REQUEST", 1)

    again = patients.add(url, PAPER), calling.add(receipt, PAPER, key="one")

    assert again[0].headers["Location"] == first[0].headers["Location"] == f"{url}?sent=1"
    assert (again[1].status_code, again[1].content) == (200, first[1].content)
    assert submission.attachments.count() == 1
    if change in {None, delete, take_no_files}:
        assert patients.add(url, OTHER).headers["Location"] == url
        require_problem(calling.add(receipt, OTHER), 422, "invalid")
        assert submission.attachments.count() == 1
