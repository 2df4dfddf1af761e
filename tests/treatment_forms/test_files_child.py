"""What the process gives up before it parses, and how it ends when a parser goes wrong."""

import ctypes
import os
import signal
import socket
import time
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from treatment_forms.errors import InspectionTrouble
from treatment_forms.files import child
from treatment_forms.files.faults import Fault
from treatment_forms.files.inspect import understand


def run_parser(monkeypatch, parser):
    """What a child says of a file that has `parser`, and its exit code."""
    monkeypatch.setattr(child, "INSPECTORS", {"a/b": lambda data, kind, room: parser()})
    ours, theirs = socket.socketpair()
    with TemporaryFile() as file, ours:
        with theirs:
            pid = os.fork()
            if not pid:
                child.run("a/b", file.fileno(), theirs.fileno())
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said = ours.recv(100).decode()
    return [*said.split(), str(ended)]


def test_a_good_file(monkeypatch):
    assert understand(run_parser(monkeypatch, lambda: None)) is None


def spin():
    while True:
        pass


def fail():
    raise ValueError


@pytest.mark.parametrize(
    "parser",
    [
        fail,
        lambda: bytearray(2 * child.MEMORY_BYTES),
        lambda: ctypes.string_at(0),
        os.abort,
        spin,
    ],
)
def test_a_file_that_breaks_its_parser_is_damaged(monkeypatch, parser):
    monkeypatch.setattr(child, "CPU_SECONDS", 1)

    assert understand(run_parser(monkeypatch, parser)) == Fault.DAMAGED


@pytest.mark.parametrize(
    "parser",
    [
        lambda: Path("/etc/hostname").read_bytes(),
        lambda: Path("/tmp/evil").write_bytes(b""),
        socket.socket,
        lambda: __import__("this_module_is_not_there"),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os.kill(os.getpid(), signal.SIGTERM),
        lambda: time.sleep(30),
    ],
)
def test_what_is_no_fault_of_the_file_is_told_as_trouble(monkeypatch, parser):
    monkeypatch.setattr(child, "WALL_SECONDS", 1)
    ours = signal.signal(signal.SIGTERM, lambda *_: None)  # the child is to keep no handler
    try:
        with pytest.raises(InspectionTrouble):
            understand(run_parser(monkeypatch, parser))
    finally:
        signal.signal(signal.SIGTERM, ours)


def test_a_file_that_cannot_be_read_is_trouble(monkeypatch):
    monkeypatch.setattr(child, "read", fail)

    with pytest.raises(InspectionTrouble):
        understand(run_parser(monkeypatch, lambda: None))
