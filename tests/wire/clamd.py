"""A clamd at a socket of its own, in whatever mood a test wants it."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.wire.smtp import get_closed_port


class Mood(Enum):
    CLEAN = auto()
    REFUSE = auto()  # nobody listens
    HANG_CONNECT = auto()  # the queue of connections is full
    HANG_READ = auto()  # accepts, and never reads
    HANG_ANSWER = auto()  # reads all, and never answers
    SLOW = auto()  # answers OK, too late
    DRIP = auto()  # a byte of its answer now and then
    CLOSE_EARLY = auto()  # hangs up in the middle of the file
    CLOSE_SILENT = auto()  # reads all, and hangs up
    CUT_ANSWER = auto()  # hangs up in the middle of its answer
    ERROR = auto()
    NOTHING = auto()  # an empty answer
    RUBBISH = auto()
    SIZE_LIMIT = auto()
    FOUND = auto()
    TOO_DEEP = auto()
    ENCRYPTED = auto()


ANSWERS = {
    Mood.CLEAN: b"stream: OK\0",
    Mood.SLOW: b"stream: OK\0",
    Mood.DRIP: b"stream: OK\0",
    Mood.ERROR: b"stream: Can't allocate memory ERROR\0",
    Mood.NOTHING: b"\0",
    Mood.RUBBISH: b"stream: OK FOUND? stream: OK\nOK\0",
    Mood.CUT_ANSWER: b"stream: OK",
    Mood.SIZE_LIMIT: b"INSTREAM size limit exceeded. ERROR\0",
    Mood.FOUND: b"stream: Some.Evil.Thing FOUND\0",
    Mood.TOO_DEEP: b"stream: Heuristics.Limits.Exceeded.MaxFiles FOUND\0",
    Mood.ENCRYPTED: b"stream: Heuristics.Encrypted.PDF FOUND\0",
}
TROUBLE = frozenset(Mood) - {Mood.CLEAN, Mood.FOUND, Mood.TOO_DEEP, Mood.ENCRYPTED}
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + "$H+H*"


@dataclass
class FakeClamd:
    """Answers every stream according to its mood; in the mood CLEAN it finds EICAR all the same.

    Attributes:
        seconds: how long it is slow.
        received: the files it was sent, whole ones only.
        connections: how often it was called.
        version: what it says of itself and its signatures.
    """

    mood: Mood = Mood.CLEAN
    seconds: float = 1.0
    received: list[bytes] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    version: str = "ClamAV 1.4.6/27000/Sun Nov 22 08:00:00 2026"
    is_over: threading.Event = field(default_factory=threading.Event)

    def answer(self, line: socket.socket) -> None:
        if self.mood == Mood.HANG_READ:
            self.is_over.wait()
            return
        command = read_command(line)
        if command == b"zVERSION\0":
            line.sendall(self.version.encode() + b"\0")
        elif command == b"zINSTREAM\0":
            self.scan(line)

    def scan(self, line: socket.socket) -> None:
        if self.mood == Mood.CLOSE_EARLY:
            read_exactly(line, 4)
            return
        content = read_stream(line)
        self.received.append(content)
        if self.mood == Mood.CLEAN and EICAR.encode() in content:
            line.sendall(b"stream: Eicar-Signature FOUND\0")
        elif self.mood == Mood.HANG_ANSWER:
            self.is_over.wait()
        elif self.mood == Mood.DRIP:
            for byte in ANSWERS[self.mood]:
                self.is_over.wait(self.seconds)
                line.sendall(bytes([byte]))
        elif self.mood != Mood.CLOSE_SILENT:
            self.is_over.wait(self.seconds if self.mood == Mood.SLOW else 0)
            line.sendall(ANSWERS[self.mood])


def read_exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = line.recv(min(size - len(data), 1024 * 1024))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def read_command(line: socket.socket) -> bytes:
    command = b""
    while not command.endswith(b"\0"):
        command += read_exactly(line, 1)
    return command


def read_stream(line: socket.socket) -> bytes:
    content = []
    while size := struct.unpack("!I", read_exactly(line, 4))[0]:
        content.append(read_exactly(line, size))
    return b"".join(content)


@contextlib.contextmanager
def fake_clamd(mood: Mood = Mood.CLEAN, *, seconds: float = 1.0) -> Iterator[FakeClamd]:
    """One that runs as long as the block does."""
    clamd = FakeClamd(mood=mood, seconds=seconds)
    backlog = 0 if mood == Mood.HANG_CONNECT else 64
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as server:
        clamd.url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if mood == Mood.REFUSE:
            clamd.url = f"tcp://127.0.0.1:{get_closed_port()}"
            yield clamd
        elif mood == Mood.HANG_CONNECT:
            yield from fill_up(server, clamd)
        else:
            thread = threading.Thread(target=run, args=(server, clamd), daemon=True)
            thread.start()
            try:
                yield clamd
            finally:
                clamd.is_over.set()
                server.shutdown(socket.SHUT_RDWR)
                thread.join(5)


def fill_up(server: socket.socket, clamd: FakeClamd) -> Iterator[FakeClamd]:
    """Take the places in the queue, so that the next one waits for a connection."""
    with contextlib.ExitStack() as stack:
        for _place in range(4):
            line = stack.enter_context(socket.socket())
            line.setblocking(False)
            line.connect_ex(server.getsockname())
        yield clamd


def run(server: socket.socket, clamd: FakeClamd) -> None:
    while not clamd.is_over.is_set():
        try:
            line, _address = server.accept()
        except OSError:
            return
        clamd.connections += 1
        threading.Thread(target=serve, args=(line, clamd), daemon=True).start()


def serve(line: socket.socket, clamd: FakeClamd) -> None:
    with line, contextlib.suppress(OSError):  # the other side hung up: its right
        clamd.answer(line)
