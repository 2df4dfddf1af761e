"""The web process's end of its helper: starts it, hands it files, starts a new one if it dies."""

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

from treatment_forms.files.protocol import QUESTION_BYTES

KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "PYTHONDONTWRITEBYTECODE")
"""Of our environment: parsers have no use for keys and passwords."""


class NoHelper(Exception):
    """It could not be started, or ended before it answered."""


class Runner:
    """One helper for all threads of this process; a process that is forked from it has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Without waiting until it is warm; nothing happens when it runs."""
        with self._lock:
            self._get_control()

    def ask(self, media_type: str, content: int) -> socket.socket:
        """Hand over a descriptor; the answer comes over the socket.

        Raises:
            NoHelper: it does not start.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                self._send(media_type.encode().ljust(QUESTION_BYTES), content, theirs.fileno())
        except BaseException:
            ours.close()
            raise
        return ours

    def _send(self, question: bytes, *descriptors: int) -> None:
        try:
            socket.send_fds(self._get_control(), [question], descriptors)
        except OSError:
            self._stop()  # it was killed; a new one does the same work
            try:
                socket.send_fds(self._get_control(), [question], descriptors)
            except OSError as error:
                raise NoHelper("it does not take a file") from error

    def _get_control(self) -> socket.socket:
        if self._process and self._process.poll() is not None:
            self._stop()
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = start_helper(theirs.fileno())
        return self._control

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        """Closing its descriptor ends it, and its children with it."""
        if self._control:
            self._control.close()
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
        self._control = self._process = None

    def forget(self) -> None:
        """In a forked process: the helper is the parent's, and a thread that held the lock is not
        here."""
        self._lock = threading.Lock()
        if self._control:
            self._control.close()
        self._control = self._process = None


def start_helper(control: int) -> subprocess.Popen[bytes]:
    """In a session of its own: who ends us by the terminal or by group does not end it first."""
    folders = [os.path.abspath(folder) for folder in sys.path]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "treatment_forms.files.helper", str(control)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env={**kept, "PYTHONPATH": os.pathsep.join(folders), "MALLOC_ARENA_MAX": "2"},
        pass_fds=[control],
        start_new_session=True,
    )


def wait_for_answer(answer: socket.socket, *, deadline: float) -> list[str]:
    """What the child said, if anything, and how it ended: its exit code, or minus the signal.

    Raises:
        TimeoutError: it has not ended by then, in monotonic time.
        NoHelper: nobody says how it ended.
    """
    said = b""
    while True:
        answer.settimeout(max(0.001, deadline - time.monotonic()))
        piece = answer.recv(100)
        said += piece
        if not piece:
            break
    words = said.decode().split()
    if not words or not words[-1].lstrip("-").isdigit():
        raise NoHelper("it ended")
    return words


runner = Runner()
os.register_at_fork(after_in_child=runner.forget)
atexit.register(runner.stop)
