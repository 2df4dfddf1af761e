"""Our client at a clamd that misbehaves: only the literal OK is clean, and nothing hangs."""

import time

import pytest

from tests.wire.clamd import EICAR, TROUBLE, Mood, fake_clamd
from treatment_forms import conf
from treatment_forms.errors import ScannerTrouble
from treatment_forms.scanners.base import Allowance
from treatment_forms.scanners.clamd import Clamd, judge
from treatment_forms.states import Verdict

BIG = b"0123456789abcdef" * (5 * conf.MIB // 16)


def scan(url, content, seconds=30.0):
    scan = Clamd(url).begin(Allowance(seconds))
    scan.feed(content)
    return scan.finish()


@pytest.mark.parametrize(
    ("mood", "verdict"),
    [
        (Mood.CLEAN, Verdict.CLEAN),
        (Mood.FOUND, Verdict.INFECTED),
        (Mood.TOO_DEEP, Verdict.UNSCANNABLE),
        (Mood.ENCRYPTED, Verdict.UNSCANNABLE),
    ],
)
def test_a_plain_answer_is_a_verdict(mood, verdict):
    with fake_clamd(mood) as clamd:
        assert scan(clamd.url, BIG) == verdict
        assert clamd.received == [BIG]


def test_eicar_is_found():
    with fake_clamd() as clamd:
        assert scan(clamd.url, EICAR.encode()) == Verdict.INFECTED


@pytest.mark.parametrize("mood", sorted(TROUBLE, key=lambda mood: mood.name))
def test_everything_else_is_trouble_and_ends_in_time(mood, monkeypatch):
    monkeypatch.setattr(conf, "SCAN_CONNECT_SECONDS", 0.3)
    started = time.monotonic()

    with fake_clamd(mood, seconds=20) as clamd, pytest.raises(ScannerTrouble):
        scan(clamd.url, BIG, seconds=0.5)

    assert time.monotonic() - started < 10


def test_it_listens_at_a_unix_socket_too(tmp_path):
    with pytest.raises(ScannerTrouble):
        scan(f"unix://{tmp_path}/nobody.sock", b"content")


def test_the_version_is_what_answers():
    with fake_clamd() as clamd:
        assert Clamd(clamd.url).version().startswith("ClamAV 1.4.6/")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK",
        b"stream: OK\n",
        b"stream: OK ",
        b"stream: ok",
        b"1: stream: OK",
        b"stream:  FOUND",
    ],
)
def test_what_only_looks_like_an_answer_is_trouble(answer):
    with pytest.raises(ScannerTrouble):
        judge(answer)


def test_time_that_is_used_up_is_trouble():
    allowance = Allowance(0.05)
    with allowance.spend():
        time.sleep(0.06)

    with pytest.raises(ScannerTrouble), allowance.spend():
        pass
