"""A file without a clean verdict opens by a person's word, with a reason, or not at all."""

import pytest
from django.urls import reverse

from tests.treatment_forms.people import DOWNLOAD, RELEASE, VIEW, log_in, make_staff
from tests.treatment_forms.rows import (
    FORM_KEY,
    NOON,
    make_attachment,
    make_delivery,
    make_submission,
)
from tests.wire.clamd import Mood, fake_clamd
from treatment_forms import conf, vault
from treatment_forms.errors import FileClosed, NoReason, Stale
from treatment_forms.mail.message import build
from treatment_forms.models import Alarm, Attachment
from treatment_forms.models.releases import get_releases
from treatment_forms.services import rescan
from treatment_forms.services.release import RELEASABLE, release
from treatment_forms.services.transition import move_verdict
from treatment_forms.states import DeliveryState, Verdict

pytestmark = pytest.mark.django_db
REASON = "The sender told me on the telephone."


@pytest.fixture
def releaser():
    return make_staff("releaser", VIEW, DOWNLOAD, RELEASE, forms=(FORM_KEY,))


def get_release_url(file):
    return reverse("treatment_forms_desk:release", args=[file.submission.reference, file.position])


def test_what_could_not_be_checked_and_what_is_not_checked_yet_may_be_released():
    assert {Verdict.UNSCANNABLE, Verdict.NOT_YET} == RELEASABLE


@pytest.mark.parametrize("verdict", sorted(RELEASABLE))
def test_a_released_file_is_open_and_says_by_whom_and_why(releaser, verdict):
    file = make_attachment(make_submission(), verdict=verdict)

    release(file, reason=f" {REASON}\n", actor_id=releaser.pk, at=NOON)

    file.refresh_from_db()
    event = file.submission.events.get()
    assert file.is_openable
    assert (file.verdict, file.due_at) == (Verdict.RELEASED, None)
    assert (event.source, event.target, event.actor) == (verdict, Verdict.RELEASED, releaser)
    assert event.note == REASON
    assert str(get_releases(file.submission_id)[file.pk]) == f"Released by releaser: {REASON}"


def test_a_release_is_told_after_its_account_is_gone(releaser):
    file = make_attachment(make_submission())
    release(file, reason=REASON, actor_id=releaser.pk, at=NOON)

    releaser.delete()

    told = str(get_releases(file.submission_id)[file.pk])
    assert told == f"Released by a former member of staff: {REASON}"


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - RELEASABLE))
def test_nothing_else_is_released(releaser, verdict):
    file = make_attachment(make_submission(), verdict=verdict)

    with pytest.raises(FileClosed):
        release(file, reason=REASON, actor_id=releaser.pk, at=NOON)

    file.refresh_from_db()
    assert file.verdict == verdict
    assert not file.submission.events.exists()


def test_a_deleted_file_is_not_released(releaser):
    file = make_attachment(make_submission(), verdict=Verdict.UNSCANNABLE)
    Attachment.objects.update(stored_name="")
    file.refresh_from_db()

    with pytest.raises(FileClosed):
        release(file, reason=REASON, actor_id=releaser.pk, at=NOON)


@pytest.mark.parametrize("reason", ["", "too short", " " * 20, "\n\n short \n\n\n"])
def test_a_release_needs_a_reason(releaser, reason):
    file = make_attachment(make_submission())

    with pytest.raises(NoReason):
        release(file, reason=reason, actor_id=releaser.pk, at=NOON)

    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET


@pytest.mark.parametrize("who", [{}, {"note": REASON}, {"note": " "}])
def test_the_door_itself_lets_nothing_out_without_a_person_and_a_reason(who):
    with pytest.raises(NoReason):
        move_verdict(make_attachment(make_submission()), target=Verdict.RELEASED, at=NOON, **who)


def test_of_a_release_and_a_verdict_at_the_same_moment_one_wins(releaser):
    file = make_attachment(make_submission())
    move_verdict(Attachment.objects.get(pk=file.pk), target=Verdict.UNSCANNABLE, at=NOON)

    with pytest.raises(Stale):
        release(file, reason=REASON, actor_id=releaser.pk, at=NOON)


def test_malware_found_while_somebody_releases_the_file_closes_it(settings, releaser):
    file = make_attachment(make_submission())
    held = rescan.claim(file.pk, at=NOON)
    release(file, reason=REASON, actor_id=releaser.pk, at=NOON)

    with fake_clamd(Mood.FOUND) as clamd:
        settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}
        rescan._judge(held, clock=lambda: NOON)
        rescan.finish(held, at=NOON)

    stored_name = file.stored_name
    file.refresh_from_db()
    assert (file.verdict, file.stored_name, file.deleted_at) == (Verdict.INFECTED, "", NOON)
    assert Alarm.objects.get().kind == Alarm.Kind.MALWARE
    with pytest.raises(vault.StorageDown):
        vault.fetch(stored_name)


def test_mails_that_waited_for_the_last_file_go(releaser):
    submission = make_submission()
    file = make_attachment(submission)
    make_attachment(submission, verdict=Verdict.CLEAN)
    mail = make_delivery(submission, state=DeliveryState.WAITING, due_at=NOON + conf.MAIL_GRACE)

    release(file, reason=REASON, actor_id=releaser.pk, at=NOON)

    mail.refresh_from_db()
    assert (mail.state, mail.due_at) == (DeliveryState.PENDING, NOON)


def test_a_mail_says_by_whom_a_file_was_released_and_why(releaser):
    submission = make_submission()
    file = make_attachment(submission, verdict=Verdict.UNSCANNABLE)
    make_attachment(submission, verdict=Verdict.CLEAN)
    release(file, reason=REASON, actor_id=releaser.pk, at=NOON)

    message = build(make_delivery(submission))

    for text in (message.body, message.alternatives[0][0]):
        assert text.count(f"Released by releaser: {REASON}") == 1
        assert text.count("Clean") == 1


# --- In the desk ---------------------------------------------------------------------


def test_staff_release_a_file_and_everybody_reads_why(releaser):
    file = make_attachment(make_submission(), verdict=Verdict.UNSCANNABLE)
    client = log_in(releaser)
    page = reverse("treatment_forms_desk:request", args=[file.submission.reference])
    assert get_release_url(file) in client.get(page).content.decode()

    response = client.post(get_release_url(file), {"reason": REASON})

    assert response["Location"] == page
    text = client.get(page).content.decode()
    assert f"Released by releaser: {REASON}" in text
    assert get_release_url(file) not in text
    download = reverse("treatment_forms_desk:file", args=[file.submission.reference, 1])
    assert client.get(download).status_code == 200


@pytest.mark.parametrize("sent", [{}, {"reason": "because"}, {"reason": "nul \0 and more words"}])
def test_staff_are_asked_for_a_reason_again(releaser, sent):
    file = make_attachment(make_submission())
    client = log_in(releaser)

    page = client.post(get_release_url(file), sent, follow=True).content.decode()

    assert "Please write why this file may be opened" in page
    file.refresh_from_db()
    assert file.verdict == Verdict.NOT_YET


def test_a_reason_cannot_act_in_the_page(releaser):
    file = make_attachment(make_submission())

    page = log_in(releaser).post(
        get_release_url(file), {"reason": "<script>alert(1)</script>"}, follow=True
    )

    assert "<script>alert" not in page.content.decode()


def test_staff_are_told_that_a_file_has_moved_on(releaser):
    file = make_attachment(make_submission(), verdict=Verdict.INFECTED)

    page = log_in(releaser).post(get_release_url(file), {"reason": REASON}, follow=True)

    assert "Nothing was released" in page.content.decode()


def test_who_may_only_read_sees_no_button_and_has_no_door(releaser):
    file = make_attachment(make_submission())
    reader = log_in(make_staff("reader", VIEW, DOWNLOAD, forms=(FORM_KEY,)))
    page = reverse("treatment_forms_desk:request", args=[file.submission.reference])

    assert get_release_url(file) not in reader.get(page).content.decode()
    assert reader.post(get_release_url(file), {"reason": REASON}).status_code == 404


def test_nothing_is_released_by_get(releaser):
    file = make_attachment(make_submission())

    assert log_in(releaser).get(get_release_url(file)).status_code == 405
