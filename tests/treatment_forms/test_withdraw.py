"""A request is taken back: at once for everybody, for good, and in an order that a crash keeps."""

from datetime import timedelta
from itertools import count

import pytest
from django.urls import reverse

from tests.treatment_forms.invariants import check_everything
from tests.treatment_forms.patients import (
    add,
    get_mailed_url,
    look,
    press,
    read_mail,
    send_mails,
    send_request,
)
from tests.treatment_forms.posting import ANSWERS, PDF, PNG, Sent, list_storage, post
from tests.treatment_forms.rows import NOON, make_attachment, make_delivery, make_submission
from treatment_forms.errors import FileClosed, Stale
from treatment_forms.mail.message import build
from treatment_forms.models import (
    Alarm,
    Attachment,
    Delivery,
    FileLink,
    Submission,
    SubmissionEvent,
)
from treatment_forms.services import rescan
from treatment_forms.services.addition import add_files
from treatment_forms.services.alarms import raise_once
from treatment_forms.services.download import open_file
from treatment_forms.services.release import is_releasable
from treatment_forms.services.transition import move_verdict
from treatment_forms.services.withdraw import withdraw
from treatment_forms.states import DeliveryState, State, Verdict

pytestmark = pytest.mark.django_db
PAPERS = (Sent("Sadykova biopsy.pdf", PDF), Sent("two.png", PNG))
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def no_queue(settings):
    """As when every worker is dead: nothing happens but what the visitor's request itself does."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_the_sender_withdraws_in_two_steps(form_page):
    submission, url = send_request(form_page, *PAPERS)
    asked = look(f"{url}withdraw/")

    response = press(f"{url}withdraw/")

    assert "Withdraw and delete everything" in asked
    assert response.status_code == 303
    assert response.headers["Location"] == url
    page = look(url)
    assert "This request was withdrawn" in page
    assert "biopsy" not in page
    submission.refresh_from_db()
    assert submission.status == State.WITHDRAWN


def test_whoever_has_the_mail_can_withdraw_too(form_page):
    submission, _url = send_request(form_page)

    press(f"{get_mailed_url(submission)}withdraw/")

    submission.refresh_from_db()
    assert submission.status == State.WITHDRAWN


def test_everything_that_was_told_is_erased_and_that_it_was_stays(form_page):
    submission, url = send_request(form_page, *PAPERS)
    press(f"{url}withdraw/")

    one = Submission.objects.get()
    assert one.reference == submission.reference
    assert (one.answers, one.topic, one.email_key, one.source_page) == ({}, "", "", None)
    assert list_storage() == []
    for file in one.attachments.all():
        assert (file.name, file.stored_name, file.due_at) == ("", "", None)
        assert file.deleted_at
        assert file.sha256
    assert one.consents.count() == 1
    steps = one.events.filter(kind=SubmissionEvent.Kind.STATUS).values_list("source", "target")
    assert list(steps) == [(State.RECEIVED, State.WITHDRAWN)]
    check_everything()


def test_no_row_of_ours_holds_what_was_told(form_page):
    submission, url = send_request(form_page, *PAPERS)
    press(f"{url}withdraw/")

    rows = [
        *Submission.objects.values(),
        *Attachment.objects.values(),
        *Delivery.objects.values(),
        *SubmissionEvent.objects.values(),
    ]

    for words in (ANSWERS["full_name"], ANSWERS["email"], ANSWERS["message"], "biopsy"):
        assert words not in str(rows)
    assert submission.email_key not in str(rows)


def test_the_coordinators_are_told_by_reference_only(form_page):
    form_page.text_in_mail = True
    form_page.save()
    submission, url = send_request(form_page, *PAPERS)

    press(f"{url}withdraw/")

    message = read_mail(submission, "withdrawal")
    text = message.message().as_string()
    assert message.to == [form_page.recipients]
    assert submission.reference in message.subject
    assert "has withdrawn it" in text
    for words in (ANSWERS["full_name"], ANSWERS["email"], "biopsy", "Treatment"):
        assert words not in text
    assert message.attachments == []
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "kind", [Delivery.Kind.COORDINATOR, Delivery.Kind.ADDITION, Delivery.Kind.ESCALATION]
)
def test_a_mail_that_had_not_left_says_nothing_else_either(kind):
    submission = make_submission()
    make_attachment(submission, name="biopsy.pdf", verdict=Verdict.CLEAN)
    mail = make_delivery(submission, kind=kind)

    withdraw(submission.pk, at=LATER)

    text = build(Delivery.objects.get(pk=mail.pk)).message().as_string()
    assert "has withdrawn it" in text
    assert "biopsy" not in text
    assert "Cancer" not in text


def test_everybody_who_was_told_is_told_whatever_the_form_says_by_now(form_page):
    submission, url = send_request(form_page)
    form_page.recipients = "new@example.org"
    form_page.save()
    make_delivery(submission, recipient="office@example.org", kind=Delivery.Kind.ESCALATION)

    press(f"{url}withdraw/")

    told = submission.deliveries.filter(kind=Delivery.Kind.WITHDRAWAL)
    assert {one.recipient for one in told} == {"coordinator@example.org", "office@example.org"}


def test_the_mail_to_the_sender_is_forgotten_or_never_leaves():
    submission = make_submission()
    sent = make_delivery(
        submission,
        kind=Delivery.Kind.CONFIRMATION,
        recipient="vera@example.com",
        state=DeliveryState.ACCEPTED,
        due_at=None,
    )
    make_delivery(submission, kind=Delivery.Kind.CONFIRMATION, recipient="vera@example.com")

    withdraw(submission.pk, at=LATER)

    mails = submission.deliveries.filter(kind=Delivery.Kind.CONFIRMATION)
    assert list(mails.values_list("pk", "recipient")) == [(sent.pk, "")]
    assert all("vera@example.com" not in one.to for one in send_mails(submission))


def test_what_looked_like_spam_is_withdrawn_without_a_word_to_anybody():
    submission = make_submission(status=State.SPAM)

    withdraw(submission.pk, at=LATER)

    submission.refresh_from_db()
    assert submission.status == State.WITHDRAWN
    assert not submission.deliveries.exists()


def test_links_in_mails_open_nothing_any_more():
    submission = make_submission()
    times = {"created_at": NOON, "expires_at": LATER + timedelta(days=9)}
    link = FileLink.objects.create(delivery=make_delivery(submission), **times)

    withdraw(submission.pk, at=LATER)

    link.refresh_from_db()
    assert link.revoked_at == LATER
    assert submission.events.filter(kind=SubmissionEvent.Kind.LINK_REVOKED).count() == 1


def test_alarms_that_ask_for_what_nobody_needs_are_over():
    submission = make_submission()
    for kind in (Alarm.Kind.UNREAD, Alarm.Kind.SCAN_OVERDUE, Alarm.Kind.SUBMISSION_FAILED):
        raise_once(kind, submission_id=submission.pk, at=NOON)

    withdraw(submission.pk, at=LATER)

    open_ones = submission.alarms.filter(cleared_at=None)
    assert [one.kind for one in open_ones] == [Alarm.Kind.SUBMISSION_FAILED]


def test_withdrawing_twice_is_withdrawing_once(form_page):
    submission, url = send_request(form_page)

    for _press in range(2):
        assert press(f"{url}withdraw/").status_code == 303

    assert submission.deliveries.filter(kind=Delivery.Kind.WITHDRAWAL).count() == 1
    assert submission.events.filter(target=State.WITHDRAWN).count() == 1


def test_the_same_request_sent_again_is_a_new_one(form_page):
    submission, url = send_request(form_page)
    press(f"{url}withdraw/")

    post(form_page)

    fresh = Submission.objects.exclude(pk=submission.pk).get()
    assert fresh.status == State.RECEIVED
    assert fresh.answers["email"] == ANSWERS["email"]


def test_nothing_can_be_added_to_it(form_page):
    submission, url = send_request(form_page)
    press(f"{url}withdraw/")

    assert add(url, *PAPERS).status_code == 303
    with pytest.raises(Stale):
        add_files(submission.pk, [], at=LATER)

    assert list_storage() == []
    assert not submission.attachments.exists()


# --- Bytes ----------------------------------------------------------------------------


@pytest.mark.usefixtures("no_queue")
def test_no_door_opens_a_file_from_the_commit_on(form_page, admin):
    submission, url = send_request(form_page, *PAPERS)
    submission.attachments.update(verdict=Verdict.CLEAN, due_at=None)

    press(f"{url}withdraw/")

    assert len(list_storage()) == 2  # a worker has yet to come
    check_everything()
    files = list(submission.attachments.all())
    assert not any(file.is_openable for file in files)
    for file in files:
        path = reverse("treatment_forms_desk:file", args=[submission.reference, file.position])
        assert admin.get(path).status_code == 404


@pytest.mark.usefixtures("no_queue")
def test_whoever_comes_first_deletes_what_a_crash_left(form_page):
    submission, url = send_request(form_page, *PAPERS)
    press(f"{url}withdraw/")

    for file_id in rescan.get_due(submission.attachments.first().due_at):
        rescan.rescan(file_id)

    assert list_storage() == []
    assert rescan.get_due(NOON + timedelta(days=999)) == []
    assert set(submission.attachments.values_list("stored_name", flat=True)) == {""}


def test_a_storage_that_is_down_is_tried_again(settings, tmp_path):
    submission = make_submission()
    file = make_attachment(submission, verdict=Verdict.CLEAN)
    withdraw(submission.pk, at=LATER)
    folder = (tmp_path / "attachments" / file.stored_name).parent
    folder.rename(tmp_path / "away")
    folder.touch()  # a file where a folder should be: OSError for real

    assert not rescan.rescan(file.pk, clock=lambda: LATER)
    folder.unlink()
    (tmp_path / "away").rename(folder)
    file.refresh_from_db()
    assert file.stored_name
    assert rescan.rescan(file.pk, clock=lambda: file.due_at)

    assert list_storage() == []
    assert not Alarm.objects.exists()  # nobody waits for a verdict


@pytest.mark.parametrize("moment", [2, 3])
def test_a_scan_that_runs_meanwhile_neither_opens_a_file_nor_forgets_its_deletion(clamd, moment):
    submission = make_submission()
    file = make_attachment(submission)
    looks_at_clock = count(1)

    def clock():
        """First asked when the file is claimed, then when the verdict is put down, and after."""
        if next(looks_at_clock) == moment:
            withdraw(submission.pk, at=NOON)
        return NOON

    rescan.rescan(file.pk, clock=clock)

    file.refresh_from_db()
    assert file.verdict == (Verdict.UNSCANNABLE if moment == 2 else Verdict.CLEAN)
    assert not file.is_openable
    assert rescan.get_due(NOON) == [file.pk]
    rescan.rescan(file.pk, clock=lambda: NOON)
    assert list_storage() == []


def test_what_is_said_of_a_file_after_the_withdrawal_changes_nothing():
    submission = make_submission()
    file = make_attachment(submission, verdict=Verdict.CLEAN)
    withdraw(submission.pk, at=LATER)

    with pytest.raises(Stale):
        move_verdict(file, target=Verdict.NOT_YET, at=LATER)

    file.refresh_from_db()
    assert file.verdict == Verdict.CLEAN


def test_a_download_that_is_under_way_meanwhile_gets_nothing():
    submission = make_submission()
    file = make_attachment(submission, verdict=Verdict.CLEAN)

    def clock():
        withdraw(submission.pk, at=LATER)
        return LATER

    with pytest.raises(FileClosed):
        open_file(file.pk, kind=SubmissionEvent.Kind.DOWNLOADED, clock=clock)

    file.refresh_from_db()
    assert file.downloaded_at is None
    assert not is_releasable(file)
