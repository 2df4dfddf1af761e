"""Files that come after the request: judged as the first ones, once, and told to staff."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.treatment_forms.pages import make_field, make_form_page
from tests.treatment_forms.patients import (
    add,
    add_body,
    get_mailed_url,
    look,
    read_mail,
    send_request,
)
from tests.treatment_forms.posting import (
    MIB,
    PDF,
    PNG,
    Sent,
    list_storage,
    list_uploads,
    make_body,
    read,
)
from tests.treatment_forms.rows import NOON, make_attachment, make_submission
from tests.wire.clamd import Mood
from treatment_forms import conf
from treatment_forms.errors import NoRoom, Stale
from treatment_forms.models import Delivery, StagedFile, Submission, SubmissionEvent
from treatment_forms.services.addition import add_files, get_unseen
from treatment_forms.services.expire import expire
from treatment_forms.states import DeliveryState, State, Verdict

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = Sent("one.pdf", PDF), Sent("two.png", PNG), Sent("three.pdf", PDF + b"3")
ADDITION = Delivery.Kind.ADDITION


def get_files(submission):
    return [(one.position, one.name, read(one)) for one in submission.attachments.all()]


def get_tokens(response):
    return re.findall(r'name="uploads" value="([^"]+)"', response.content.decode())


def stage_files(*files, form_key):
    return StagedFile.objects.bulk_create(
        StagedFile(
            name=file.name,
            size=len(file.content),
            sha256=f"{number:064}",
            media_type="application/pdf",
            stored_name=f"none/{number}",
            form_key=form_key,
            staged_at=NOON,
            expires_at=NOON + timedelta(hours=24),
        )
        for number, file in enumerate(files)
    )


# --- What it does ---------------------------------------------------------------------


@pytest.mark.parametrize("way", ["thanks", "mail"])
def test_more_files_are_added_to_the_same_request(form_page, way):
    submission, url = send_request(form_page, FIRST)
    url = url if way == "thanks" else get_mailed_url(submission)

    response = add(url, SECOND, THIRD)

    assert response.status_code == 303
    assert response.headers["Location"] == f"{url}?sent=1"
    assert f'data-tf-sent="{submission.reference}"' in look(response.headers["Location"])
    assert "data-tf-sent" not in look(url)
    assert Submission.objects.count() == 1
    assert get_files(submission) == [
        (1, "one.pdf", PDF),
        (2, "two.png", PNG),
        (3, "three.pdf", PDF + b"3"),
    ]
    assert "You have sent more files." in look(url)
    event = submission.events.get(kind=SubmissionEvent.Kind.FILES_ADDED)
    assert event.detail["positions"] == [2, 3]
    assert list_uploads() == []


def test_staff_get_a_mail_that_names_every_file_with_its_state(form_page):
    submission, url = send_request(form_page, FIRST)

    add(url, SECOND)

    message = read_mail(submission, "addition")
    assert message.to == [form_page.recipients]
    assert message.subject == f"Files added: request {submission.reference}"
    for words in ("has sent more files", "one.pdf", "two.png", "Being checked"):
        assert words in message.body
        assert words in message.alternatives[0][0]


def test_it_stays_read_and_what_is_new_is_known(form_page):
    submission, url = send_request(form_page, FIRST)
    Submission.objects.update(status=State.OPENED)

    add(url, SECOND)

    submission.refresh_from_db()
    assert submission.status == State.OPENED
    assert get_unseen(submission) == {2}
    submission.attachments.filter(position=2).update(downloaded_at=NOON)
    assert get_unseen(submission) == set()


def test_the_mail_waits_a_little_for_verdicts_as_the_first_one_does(form_page, clamd):
    submission, url = send_request(form_page)
    clamd.mood = Mood.CLOSE_SILENT

    add(url, SECOND)

    assert submission.deliveries.get(kind=ADDITION).state == DeliveryState.WAITING


def test_of_suspected_spam_nobody_is_told_and_nothing_is_lost(form_page):
    submission, url = send_request(form_page)
    Submission.objects.update(status=State.SPAM)

    assert add(url, SECOND).status_code == 303

    assert submission.attachments.count() == 1
    assert not submission.deliveries.filter(kind=ADDITION).exists()


def test_those_who_got_the_request_are_told_when_its_form_is_gone(form_page):
    submission, _url = send_request(form_page)
    files = stage_files(SECOND, form_key=submission.form_key)
    form_page.delete()

    add_files(submission.pk, files, at=NOON)

    assert submission.deliveries.get(kind=ADDITION).recipient == "coordinator@example.org"


# --- Once -----------------------------------------------------------------------------


def test_the_same_file_again_is_the_same_file(form_page):
    submission, url = send_request(form_page, FIRST)

    for _press in range(3):
        assert add(url, FIRST, SECOND).status_code == 303

    assert [name for _position, name, _content in get_files(submission)] == ["one.pdf", "two.png"]
    assert submission.deliveries.filter(kind=ADDITION).count() == 1
    assert submission.events.filter(kind=SubmissionEvent.Kind.FILES_ADDED).count() == 1
    expire(at=timezone.now())
    assert len(list_storage()) == 2


def test_the_same_bytes_under_another_name_are_kept(form_page):
    submission, url = send_request(form_page, FIRST)

    add(url, Sent("page 2.pdf", PDF))

    assert submission.attachments.count() == 2


def test_a_file_that_was_deleted_can_be_sent_again(form_page):
    submission, url = send_request(form_page, FIRST)
    submission.attachments.update(stored_name="", verdict=Verdict.INFECTED, due_at=None)

    add(url, FIRST)

    assert submission.attachments.count() == 2


def test_a_second_press_with_files_that_are_here_already_is_no_error(form_page):
    submission, url = send_request(form_page)
    tokens = get_tokens(add(url, SECOND, Sent("virus.exe", b"MZ" + bytes(99))))

    answers = [add(url, fields={"uploads": tokens}) for _press in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert submission.attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_add_once(form_page):
    submission, url = send_request(form_page)
    barrier, statuses = threading.Barrier(2), []

    def send():
        barrier.wait()
        statuses.append(add(url, SECOND, THIRD).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _press in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [303, 303]
    assert [name for _position, name, _content in get_files(submission)] == [
        "two.png",
        "three.pdf",
    ]
    expire(at=timezone.now())
    assert len(list_storage()) == 2
    assert submission.deliveries.filter(kind=ADDITION).count() == 1


# --- What is refused ------------------------------------------------------------------


def test_what_is_wrong_is_named_and_what_passed_is_kept(form_page):
    submission, url = send_request(form_page)

    response = add(url, SECOND, Sent("empty.pdf", b""), Sent("run.exe", b"MZ" + bytes(99)))

    text = response.content.decode()
    assert response.status_code == 422
    assert "“empty.pdf” is empty" in text
    assert "“run.exe” is not a kind of file" in text
    assert "Your files were not added yet" in text
    assert "<title>" in text
    assert "Error:" in text
    assert not submission.attachments.exists()
    [token] = get_tokens(response)
    assert add(url, fields={"uploads": [token]}).status_code == 303
    assert get_files(submission) == [(1, "two.png", PNG)]


def test_a_staged_file_can_be_left_out(form_page):
    submission, url = send_request(form_page)
    [token] = get_tokens(add(url, SECOND, Sent("empty.pdf", b"")))

    add(url, THIRD, fields={"uploads": [token], "remove": [token]})

    assert [name for _position, name, _content in get_files(submission)] == ["three.pdf"]
    assert len(list_storage()) == 1


def test_malware_is_refused_and_named_without_its_name(form_page, clamd, caplog):
    submission, url = send_request(form_page)
    clamd.mood = Mood.FOUND

    response = add(url, SECOND)

    assert response.status_code == 422
    assert "did not pass the safety check" in response.content.decode()
    assert not submission.attachments.exists()
    assert list_storage() == []
    assert "Malware refused" in caplog.text
    assert SECOND.name not in caplog.text


def test_nothing_chosen_is_told_kindly(form_page):
    _submission, url = send_request(form_page)

    response = add(url)

    assert response.status_code == 422
    assert "Please attach at least one file." in response.content.decode()


def test_a_request_holds_so_many_files_and_no_more(form_page):
    submission, url = send_request(form_page)
    for _file in range(conf.MAX_FILES_OF_REQUEST - 2):
        make_attachment(submission, name=f"{_file}.pdf", verdict=Verdict.CLEAN)
    assert "up to 2 files" in look(url)

    response = add(url, FIRST, SECOND, THIRD)
    assert response.status_code == 422
    assert "up to 2 files can be sent" in response.content.decode()
    assert add(url, FIRST, SECOND).status_code == 303

    assert "No more files can be added" in look(url)
    assert add(url, THIRD).status_code == 303
    assert submission.attachments.count() == conf.MAX_FILES_OF_REQUEST


def test_the_limit_is_kept_by_the_service_too():
    submission = make_submission()
    for _file in range(conf.MAX_FILES_OF_REQUEST - 1):
        make_attachment(submission, verdict=Verdict.CLEAN)
    files = stage_files(SECOND, THIRD, form_key=submission.form_key)

    with pytest.raises(NoRoom) as no_room:
        add_files(submission.pk, files, at=NOON)

    assert no_room.value.room == 1
    assert StagedFile.objects.filter(expires_at__gt=NOON).count() == 2


def test_a_file_that_another_request_has_is_not_to_be_had():
    submission = make_submission()
    [file] = stage_files(SECOND, form_key=submission.form_key)
    StagedFile.objects.all().delete()

    with pytest.raises(Stale):
        add_files(submission.pk, [file], at=NOON)

    assert not submission.attachments.exists()
    assert not submission.events.exists()


def test_a_form_without_files_takes_none_here_either(db):
    page = make_form_page(make_field("email", "email"))
    submission, url = send_request(page)

    assert "Add files" not in look(url)
    assert add(url, FIRST).status_code == 303
    assert not submission.attachments.exists()


def test_a_form_that_is_gone_says_that_nothing_can_be_added(form_page):
    submission, url = send_request(form_page, FIRST)
    form_page.delete()

    assert "No more files can be added" in look(url)
    add(url, SECOND)
    assert submission.attachments.count() == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content_type": "text/plain"}, b"x", 415),
        ({"content_type": "application/x-www-form-urlencoded"}, b"complete=1", 415),
        ({}, make_body({}, (SECOND,), is_complete=False), 400),
        ({}, make_body({}, (SECOND,))[:-9], 400),
        ({}, b"--nonsense", 400),
        ({"Sec-Fetch-Site": "cross-site"}, make_body({}, (SECOND,)), 403),
    ],
)
def test_what_is_no_whole_form_is_refused_in_words(form_page, headers, body, status):
    submission, url = send_request(form_page)

    response = add_body(url, body, **headers)

    assert response.status_code == status
    assert "This was not done" in response.content.decode()
    assert not submission.attachments.exists()
    assert not StagedFile.objects.exists()
    assert list_uploads() == []


def test_a_body_that_is_too_big_is_not_even_read(form_page):
    submission, url = send_request(form_page)

    response = Client().post(
        f"{url}files/",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * MIB),
    )

    assert response.status_code == 413
    assert not submission.attachments.exists()


def test_too_much_from_one_address_is_asked_to_wait(form_page, settings):
    submission, url = send_request(form_page)
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "1/1h"}

    answers = [add(url, file) for file in (SECOND, THIRD)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Please send these files in" in answers[-1].content.decode()
    assert submission.attachments.count() <= 1


def test_a_full_disk_takes_nothing_and_says_so(form_page, settings, tmp_path):
    submission, url = send_request(form_page)
    (tmp_path / "attachments").rmdir()
    (tmp_path / "attachments").touch()

    response = add(url, SECOND)

    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert not submission.attachments.exists()
    assert not StagedFile.objects.filter(expires_at__gt=NOON).exists()


def test_someone_elses_staged_files_are_not_to_be_had_by_guessing(form_page):
    other = make_form_page(slug="other", title="Other")
    _one, other_url = send_request(other)
    tokens = get_tokens(add(other_url, SECOND, Sent("empty.pdf", b"")))
    submission, url = send_request(form_page, message="mine")

    response = add(url, fields={"uploads": tokens})

    assert response.status_code == 422
    assert "no longer here" in response.content.decode()
    assert not submission.attachments.exists()


# --- The desk -------------------------------------------------------------------------


def test_the_desk_shows_what_came_later_until_somebody_has_looked(form_page, admin):
    submission, url = send_request(form_page, FIRST)
    desk = reverse("treatment_forms_desk:request", args=[submission.reference])
    words = "added files that nobody has opened yet: 2"
    assert words not in admin.get(desk).content.decode()

    add(url, SECOND)

    text = " ".join(admin.get(desk).content.decode().split())
    assert words in text
    assert "Files 2" in text
    submission.attachments.update(downloaded_at=NOON)
    assert words not in " ".join(admin.get(desk).content.decode().split())
