"""The warm process beside a web process: it has the parsers ready and forks one child per file.

Run by `runner` as `python -m treatment_forms.files.helper <descriptor>`. It knows nothing of
Django, holds no secret and reads no file itself. It ends when the descriptor is closed.
"""

import codecs
import contextlib
import gc
import os
import select
import signal
import socket
import sys
from typing import Any

from treatment_forms.files.child import run
from treatment_forms.files.protocol import QUESTION_BYTES

CODECS = ("ascii", "cp437", "cp1251", "latin-1", "utf-16", "utf-8")
"""Python looks for them when they are needed, and then a child may open no file."""

MOST_AT_ONCE = max(2, os.cpu_count() or 1)


class Helper:
    """Attributes: `running` holds the socket of the asker by the child's process id."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.running: dict[int, socket.socket] = {}
        self.bell, ring = os.pipe()
        for end in (self.bell, ring):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ring)

    def serve(self) -> None:
        while True:
            has_room = len(self.running) < MOST_AT_ONCE
            waiting: list[Any] = [
                self.bell,
                *([self.control] if has_room else []),
                *self.running.values(),
            ]
            ready = select.select(waiting, [], [])[0]
            if self.bell in ready:
                os.read(self.bell, 100)
                self.reap()
            self.stop_abandoned(ready)
            if self.control in ready and not self.take():
                return

    def take(self) -> bool:
        """Start a child for the next file; False when the web process is gone."""
        question, descriptors, *_rest = socket.recv_fds(self.control, QUESTION_BYTES, 2)
        if len(descriptors) != 2:
            return False
        content, asker = descriptors[0], socket.socket(fileno=descriptors[1])
        pid = os.fork()
        if not pid:
            run(question.decode().strip(), content, asker.fileno())
        os.close(content)
        self.running[pid] = asker
        return True

    def reap(self) -> None:
        """Tell each asker how its child ended: 0, or minus the signal."""
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG)[0:2]:
                pid, status = ended
                if not pid:
                    return
                with self.running.pop(pid) as asker, contextlib.suppress(OSError):
                    asker.sendall(f" {os.waitstatus_to_exitcode(status)}".encode())

    def stop_abandoned(self, ready: list[Any]) -> None:
        """An asker who hung up has no use for the answer."""
        for pid, asker in self.running.items():
            if asker in ready:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        for pid in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us
    for name in CODECS:
        codecs.lookup(name)
    gc.freeze()  # so that children share these pages
    helper = Helper(socket.socket(fileno=int(sys.argv[1])))
    try:
        helper.serve()
    finally:
        helper.stop()


if __name__ == "__main__":
    main()
