"""An SMTP server on a raw socket that misbehaves on command."""

import contextlib
import email
import email.policy
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from typing import Any

GOOD = {
    "banner": b"220 test ESMTP",
    "ehlo": b"250-test\r\n250 8BITMIME",
    "helo": b"250 test",
    "mail": b"250 ok",
    "rcpt": b"250 ok",
    "data": b"354 go on",
    "dot": b"250 queued",
    "rset": b"250 ok",
    "quit": b"221 bye",
}
HANG = "hang"
DROP = "drop"
DRIP = "drip"
_taken = socket.socket()  # closed with the process


@dataclass
class SmtpServer:
    """Answers as told, and keeps what it has taken.

    `answers` maps a stage (banner, ehlo, mail, rcpt, data, dot, quit) to a line, HANG, DROP or
    DRIP. A message counts as taken when its final dot arrived, before the answer to it: as with
    a server that crashes between the two.

    Attributes:
        reached: an event for each stage, set before its answer; tests wait for it.
        hold: stages at which the server waits for `released` before it answers.
    """

    answers: dict[str, bytes | str] = field(default_factory=dict)
    hold: set[str] = field(default_factory=set)
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    reached: dict[str, threading.Event] = field(
        default_factory=lambda: {stage: threading.Event() for stage in [*GOOD, "body"]}
    )
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    connections: int = 0
    is_closed: bool = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.taken]

    def serve(self, listener: socket.socket) -> None:
        while not self.is_closed:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=[line], daemon=True).start()

    def talk(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError, ConnectionError):
            stream = line.makefile("rb")
            if not self.answer(line, "banner"):
                return
            while command := stream.readline():
                stage = command.split()[0].lower().decode("ascii", "replace")
                if stage == "rcpt":
                    self.recipients.append(command.decode("ascii", "replace"))
                if not self.answer(line, stage):
                    return
                is_open = stage == "data" and self.get_answer("data").startswith(b"354")
                if is_open and not (self.take(stream) and self.answer(line, "dot")):
                    return
                if stage == "quit":
                    return

    def take(self, stream: Any) -> bool:
        lines = []
        while (part := stream.readline()) != b".\r\n":
            if not part:
                return False
            lines.append(part)
            self.reached["body"].set()
            if "body" in self.hold:
                self.released.wait(60)
        self.taken.append(b"".join(lines))
        return True

    def get_answer(self, stage: str) -> bytes:
        answer = self.answers.get(stage, GOOD.get(stage, b"500 what?"))
        return answer if isinstance(answer, bytes) else b""

    def answer(self, line: socket.socket, stage: str) -> bool:
        if stage in self.reached:
            self.reached[stage].set()
        if stage in self.hold:
            self.released.wait(60)
        answer = self.answers.get(stage, GOOD.get(stage, b"500 what?"))
        if answer == DROP:
            return False
        if answer == HANG:
            self.released.wait(60)
            return False
        if answer == DRIP:
            return self.drip(line)
        assert isinstance(answer, bytes)
        line.sendall(answer + b"\r\n")
        return True

    def drip(self, line: socket.socket) -> bool:
        while not self.released.is_set():
            line.sendall(b"2")
            time.sleep(0.05)
        return False


@contextlib.contextmanager
def smtp_server(**behaviour: Any) -> Iterator[SmtpServer]:
    """A server on a free port of this machine, gone after the block."""
    answers = {key: value for key, value in behaviour.items() if key in GOOD}
    rest = {key: value for key, value in behaviour.items() if key not in GOOD}
    server = SmtpServer(answers=answers, **rest)
    with socket.socket() as listener:
        if "body" in server.hold:  # the line holds little, so that a big message is cut by a kill
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server.port = listener.getsockname()[1]
        threading.Thread(target=server.serve, args=[listener], daemon=True).start()
        try:
            yield server
        finally:
            server.is_closed = True
            server.released.set()
            # close() alone leaves the thread in accept().
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


@cache
def get_closed_port() -> int:
    """A port on which nobody listens: it is taken, and so given to no other test's server."""
    _taken.bind(("127.0.0.1", 0))
    port: int = _taken.getsockname()[1]
    return port
