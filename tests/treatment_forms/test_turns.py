"""On SQLite those who store requests stand in a queue; nobody is ever kept out by it."""

import fcntl
import os
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.posting import Sent, post
from treatment_forms.services import turns

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_after_the_other():
    inside, most = [], []

    def work():
        with turns.taken():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    crowd = [threading.Thread(target=work) for _number in range(5)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert len(most) == 5
    assert connection.vendor != "sqlite" or max(most) == 1


@contextmanager
def another_process():
    """Has the turn: a lock on a descriptor of its own is no other thing."""
    folder = os.open(os.path.dirname(str(connection.settings_dict["NAME"])) or ".", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        os.close(folder)


def test_another_process_is_waited_for_until_it_is_done():
    done = threading.Event()

    def work():
        with turns.taken():
            done.set()

    with another_process() as folder:
        thread = threading.Thread(target=work)
        thread.start()
        waited = not done.wait(0.1 if connection.vendor == "sqlite" else 30)
        fcntl.flock(folder, fcntl.LOCK_UN)
        thread.join(30)

    assert waited == (connection.vendor == "sqlite")
    assert done.is_set()


def test_a_turn_that_never_comes_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.05)

    with another_process(), turns.taken():
        pass


def test_who_writes_already_waits_for_nobody():
    with another_process(), transaction.atomic():
        started = time.monotonic()
        with turns.taken():
            pass

    assert time.monotonic() - started < turns.WAIT_SECONDS


# --- Light posts, on every database ---------------------------------------------------


@pytest.fixture
def somebody_inside():
    """Another thread of this process is at a post, and takes too long over it."""
    with turns.one_by_one():
        yield


def take_time(act):
    began = time.monotonic()
    assert act().status_code == 303
    return time.monotonic() - began


def test_a_post_of_text_waits_for_the_one_before_it_but_not_for_ever(somebody_inside, monkeypatch):
    page = make_form_page()
    monkeypatch.setattr(turns, "LIGHT_SECONDS", 0)
    post(page, message="The first of all takes longest")
    monkeypatch.setattr(turns, "LIGHT_SECONDS", 2)

    assert take_time(lambda: post(page)) >= turns.LIGHT_SECONDS


def test_a_post_with_files_waits_for_nobody(somebody_inside, monkeypatch):
    monkeypatch.setattr(turns, "LIGHT_SECONDS", 60)
    page = make_form_page()

    assert take_time(lambda: post(page, Sent("a.txt", b"Words"))) < turns.LIGHT_SECONDS
