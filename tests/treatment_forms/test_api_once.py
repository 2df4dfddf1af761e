"""The same key is the same request, whoever dies and whatever is lost on the way."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from freezegun import freeze_time

from tests.treatment_forms.calling import (
    describe_upload,
    make_document,
    require_problem,
    require_receipt,
    send,
    send_document,
)
from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import PDF, PNG, Sent, check_invariants, list_storage
from tests.treatment_forms.rows import make_submission
from treatment_forms.models import Replay, StagedFile, Submission
from treatment_forms.services import idempotency
from treatment_forms.services.withdraw import withdraw
from treatment_forms.states import State

PAPERS = (Sent("one.pdf", PDF), Sent("two.png", PNG))


@pytest.mark.django_db
def test_the_same_again_gets_the_same_answer_byte_for_byte(form_page):
    first = send(form_page, *PAPERS, key="one")
    second = send(form_page, *PAPERS, key="one")

    require_receipt(first)
    require_receipt(second, 200)
    assert first.content == second.content
    submission = check_invariants(accepted=True, files=PAPERS)
    kinds = list(submission.deliveries.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds)) > 0
    assert not StagedFile.objects.exists()


@pytest.mark.django_db
def test_an_app_that_asks_again_does_not_bring_a_withdrawn_request_back(form_page):
    receipt = require_receipt(send(form_page, *PAPERS, key="one"))
    withdraw(Submission.objects.get().pk, at=timezone.now())

    again = require_receipt(send(form_page, *PAPERS, key="one"), 200)

    assert again["reference"] == receipt["reference"]
    assert [file["name"] for file in again["files"]] == ["", ""]
    assert Submission.objects.get().status == State.WITHDRAWN


@pytest.mark.django_db
def test_the_order_of_members_does_not_make_another_request(form_page):
    document = make_document()
    require_receipt(send_document(form_page, document, key="one"))
    turned = dict(reversed([*document.items()]))

    require_receipt(send_document(form_page, turned, key="one"), 200)


@pytest.mark.django_db
def test_another_key_is_another_request(form_page):
    references = {require_receipt(send(form_page, key=key))["reference"] for key in ("a", "b")}

    assert len(references) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["answer", "file", "name"])
def test_a_key_with_another_body_is_refused(form_page, change):
    require_receipt(send(form_page, *PAPERS, key="one"))
    other = {
        "answer": lambda: send(form_page, *PAPERS, key="one", message="More"),
        "file": lambda: send(form_page, PAPERS[0], Sent("two.png", PNG + b"1"), key="one"),
        "name": lambda: send(form_page, PAPERS[0], Sent("2.png", PNG), key="one"),
    }

    require_problem(other[change](), 422, "idempotency_key_reused")

    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db
def test_after_a_refusal_the_mended_request_goes_under_the_same_key(form_page):
    require_problem(send(form_page, email="anna", key="one"), 422, "invalid")
    assert not Replay.objects.exists()

    require_receipt(send(form_page, key="one"))


@pytest.mark.django_db
def test_the_answer_is_said_again_for_a_day(form_page):
    with freeze_time() as clock:
        first = send(form_page, key="one")
        clock.tick(timedelta(hours=24, seconds=-1))
        assert send(form_page, key="one").content == first.content
        clock.tick(timedelta(seconds=2))
        later = send(form_page, key="one")

    require_receipt(later)
    assert later.json()["reference"] != first.json()["reference"]
    assert Replay.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", [None, " ", "ключ", "a\tb", "x" * 256, "\x7f"], ids=lambda key: repr(key)[:9]
)
def test_without_a_proper_key_nothing_is_taken(form_page, key):
    require_problem(send(form_page, key=key), 400, "idempotency_key")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "x" * 255, '"8e03978e-40d5"', "a b ~!"])
def test_a_key_is_whatever_the_app_likes(form_page, key):
    require_receipt(send(form_page, key=key))
    require_receipt(send(form_page, key=key), 200)


@pytest.mark.django_db
def test_one_key_for_two_forms_is_two_keys(form_page):
    other = make_form_page(slug="other")

    for page in (form_page, other):
        require_receipt(send(page, key="one"))

    assert Submission.objects.count() == 2


@pytest.mark.django_db
def test_nothing_of_the_key_or_the_body_lies_open_in_the_row(form_page):
    send(form_page, key="my-own-key")

    row = Replay.objects.get()
    assert "my-own-key" not in f"{row.key} {row.fingerprint}"
    assert row.taken_until is None


# --- At the same moment --------------------------------------------------------------


def run_at_once(*calls):
    at_once, answers = threading.Barrier(len(calls)), []

    def run(one):
        at_once.wait()
        answers.append(one())
        connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_four_at_the_same_moment_one_is_taken_and_the_others_are_told():
    page = make_form_page()

    answers = run_at_once(*[lambda: send(page, *PAPERS, key="one")] * 4)

    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(201) == 1
    assert set(codes) <= {200, 201, 409}
    for answer in answers:
        if answer.status_code == 409:
            require_problem(answer, 409, "in_flight")
            assert 1 <= int(answer.headers["Retry-After"]) <= 5
    check_invariants(accepted=True, files=PAPERS)
    assert len(list_storage()) == len(PAPERS)
    assert require_receipt(send(page, *PAPERS, key="one"), 200)


@pytest.mark.django_db(transaction=True)
def test_of_two_bodies_under_one_key_at_the_same_moment_one_is_taken():
    page = make_form_page()

    answers = run_at_once(
        lambda: send(page, key="one", message="One"), lambda: send(page, key="one", message="Two")
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert codes[1] in {409, 422}
    check_invariants(accepted=True)


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


FIND_FILES = 'SELECT "treatment_forms_stagedfile"'  # the first thing done under the key


def stage_papers(page):
    """What to send with PAPERS uploaded before."""
    send(page, *PAPERS, email="nobody")
    manifest = [describe_upload(file) for file in StagedFile.objects.order_by("pk")]
    return make_document(manifest=manifest)


@pytest.mark.django_db(transaction=True)
def test_a_key_in_flight_is_told_so_with_the_time_to_ask_again():
    page, seen = make_form_page(), []
    document = stage_papers(page)

    def send_again():
        seen.append(send_document(page, document, key="one"))

    with connection.execute_wrapper(Meanwhile(FIND_FILES, send_again)):
        first = send_document(page, document, key="one")

    require_receipt(first)
    require_problem(seen[0], 409, "in_flight")
    assert seen[0].headers["Retry-After"] == "5"
    check_invariants(accepted=True, files=PAPERS)


# --- When its holder died ------------------------------------------------------------


def begin(page, key="one", fingerprint="that of who died", *, at):
    return idempotency.begin(f"form {page.translation_key}", key, fingerprint, at=at)


@pytest.mark.django_db
def test_a_key_whose_holder_died_is_taken_over_when_its_time_is_over(form_page):
    with freeze_time() as clock:
        begin(form_page, at=timezone.now())  # and not another word of this one
        require_problem(send(form_page, *PAPERS, key="one"), 409, "in_flight")
        clock.tick(timedelta(seconds=121))

        require_receipt(send(form_page, *PAPERS, key="one"))
        require_receipt(send(form_page, *PAPERS, key="one"), 200)

    check_invariants(accepted=True, files=PAPERS)


@pytest.mark.django_db
def test_of_two_who_would_take_over_one_does(form_page):
    now = timezone.now()
    begin(form_page, at=now)
    later = now + timedelta(seconds=121)

    lease = begin(form_page, at=later)

    assert isinstance(lease, idempotency.Lease)
    with pytest.raises(idempotency.KeyInFlight):
        begin(form_page, at=later)


@pytest.mark.django_db(transaction=True)
def test_a_holder_who_was_too_slow_stores_nothing_beside_who_took_over():
    page, answers = make_form_page(), []
    document = stage_papers(page)

    def be_overtaken():
        with freeze_time(timezone.now() + timedelta(seconds=121)):
            answers.append(send_document(page, document, key="one"))

    with connection.execute_wrapper(Meanwhile(FIND_FILES, be_overtaken)):
        slow = send_document(page, document, key="one")

    taken = require_receipt(answers[0])
    require_problem(slow, 409, "in_flight")
    check_invariants(accepted=True, files=PAPERS)
    with freeze_time(timezone.now() + timedelta(seconds=122)):
        assert require_receipt(send_document(page, document, key="one"), 200) == taken


@pytest.mark.django_db
def test_a_lease_that_was_lost_settles_and_frees_nothing(form_page):
    now = timezone.now()
    lost = begin(form_page, at=now)
    begin(form_page, at=now + timedelta(seconds=121))
    row = Replay.objects.get()

    with pytest.raises(idempotency.KeyInFlight), idempotency.holding(lost):
        idempotency.settle(lost, {}, submission=make_submission())

    assert Replay.objects.get().taken_until == row.taken_until
