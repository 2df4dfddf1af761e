"""The same request again is the same request."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from freezegun import freeze_time

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import (
    PDF,
    PNG,
    Sent,
    check_invariants,
    follow,
    list_storage,
    post,
)
from treatment_forms.models import Replay, StagedFile, Submission

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))
ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"


@pytest.mark.django_db
@pytest.mark.parametrize("submission_id", [None, ID, "no uuid"])
def test_twice_the_same_leads_to_the_same_reference(form_page, submission_id):
    first = post(form_page, *PAPERS, submission_id=submission_id)
    second = post(form_page, *PAPERS, submission_id=submission_id)

    submission = check_invariants(accepted=True, files=PAPERS)
    assert submission.reference in follow(first).content.decode()
    assert submission.reference in follow(second).content.decode()
    assert submission.deliveries.filter(kind="coordinator").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["message", "file", "name"])
def test_another_text_or_file_is_another_request(form_page, change):
    post(form_page, *PAPERS, submission_id=ID)
    other = {
        "message": lambda: post(form_page, *PAPERS, submission_id=ID, message="More"),
        "file": lambda: post(form_page, PAPERS[0], Sent("two.png", PNG + b"1"), submission_id=ID),
        "name": lambda: post(form_page, PAPERS[0], Sent("2.png", PNG), submission_id=ID),
    }

    follow(other[change]())

    assert Submission.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("submission_id", "hours"), [(None, 1 / 6), (ID, 24)])
def test_after_its_time_the_same_is_a_new_request(form_page, submission_id, hours):
    with freeze_time() as clock:
        post(form_page, submission_id=submission_id)
        clock.tick(timedelta(hours=hours, seconds=-1))
        post(form_page, submission_id=submission_id)
        assert Submission.objects.count() == 1
        clock.tick(timedelta(seconds=2))
        post(form_page, submission_id=submission_id)

    assert Submission.objects.count() == 2
    assert Replay.objects.count() == 1


@pytest.mark.django_db
def test_the_same_with_staged_files_is_still_the_same(form_page):
    post(form_page, *PAPERS, email="anna")
    tokens = list(StagedFile.objects.order_by("pk").values_list("token", flat=True))

    first = post(form_page, uploads=tokens)
    second = post(form_page, uploads=tokens)

    follow(first)
    follow(second)
    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db(transaction=True)
def test_two_that_arrive_at_the_same_moment_are_one():
    page = make_form_page()
    at_once, answers = threading.Barrier(4), []

    def send():
        at_once.wait()
        answers.append(post(page, *PAPERS, submission_id=ID))
        connection.close()

    threads = [threading.Thread(target=send) for _copy in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    submission = check_invariants(accepted=True, files=PAPERS)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert {submission.reference in follow(answer).content.decode() for answer in answers} == {True}
    assert not StagedFile.objects.exists()
    assert len(list_storage()) == len(PAPERS)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_the_same_staged_file_one_is_asked_for_it_again():
    page = make_form_page()
    post(page, *PAPERS, email="anna")
    tokens = list(StagedFile.objects.order_by("pk").values_list("token", flat=True))
    at_once, answers = threading.Barrier(2), []

    def send(message):
        at_once.wait()
        answers.append(post(page, uploads=tokens, message=message))
        connection.close()

    threads = [threading.Thread(target=send, args=[text]) for text in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    check_invariants(accepted=True, files=PAPERS)


class Meanwhile:
    """Something that happens right after the first statement that has `words`."""

    def __init__(self, words, happen):
        self.words, self.happen = words, happen

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        happen = self.happen
        if happen and sql.startswith(self.words):
            self.happen = None
            happen()
        return result


def stage_papers(page):
    post(page, *PAPERS, email="anna")
    return list(StagedFile.objects.order_by("pk").values_list("token", flat=True))


FIND_REPLAY = 'SELECT "treatment_forms_replay"'
FIND_STAGED = 'SELECT "treatment_forms_stagedfile"'


@pytest.mark.django_db(transaction=True)
def test_of_a_double_click_the_slower_one_is_not_told_that_files_are_gone():
    page = make_form_page()
    sent = {"uploads": stage_papers(page), "submission_id": ID}
    files = (*PAPERS, Sent("three.txt", b"three"))

    with connection.execute_wrapper(Meanwhile(FIND_REPLAY, lambda: post(page, files[2], **sent))):
        response = post(page, files[2], **sent)

    submission = check_invariants(accepted=True, files=files)
    assert submission.reference in follow(response).content.decode()
    assert not StagedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_double_click_the_slower_one_is_not_told_to_wait(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "1/10m"}
    page = make_form_page()

    with connection.execute_wrapper(Meanwhile(FIND_REPLAY, lambda: post(page, *PAPERS))):
        response = post(page, *PAPERS)

    follow(response)
    check_invariants(accepted=True, files=PAPERS)
    assert not StagedFile.objects.exists()


@pytest.mark.django_db
def test_a_second_click_is_not_told_to_wait_for_its_megabytes(form_page, settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_UPLOAD_MB": "1/1h"}
    post(form_page, *PAPERS)

    response = post(form_page, *PAPERS)

    submission = check_invariants(accepted=True, files=PAPERS)
    assert submission.reference in follow(response).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_a_request_took_over_meanwhile_is_not_removed_under_it():
    page = make_form_page()
    tokens = stage_papers(page)

    with connection.execute_wrapper(Meanwhile(FIND_STAGED, lambda: post(page, uploads=tokens))):
        response = post(page, uploads=tokens, remove=tokens[0], email="anna")

    assert response.status_code == 422
    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db
def test_a_file_that_is_removed_meanwhile_goes_with_no_request(form_page):
    tokens = stage_papers(form_page)

    def remove():
        post(form_page, uploads=tokens, remove=tokens[0], email="anna")

    with connection.execute_wrapper(Meanwhile(FIND_STAGED, remove)):
        response = post(form_page, uploads=tokens)

    assert response.status_code == 422
    assert "no longer here" in response.content.decode()
    check_invariants(accepted=False)


@pytest.mark.django_db(transaction=True)
def test_thirty_different_ones_at_the_same_moment_are_thirty(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "RATE_SUBMISSIONS": "100/1m"}
    page = make_form_page()
    at_once, answers = threading.Barrier(30), []

    def send(number):
        at_once.wait()
        answers.append(post(page, message=f"Number {number}").status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [303] * 30
    assert Submission.objects.count() == 30
