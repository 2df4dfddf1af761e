"""ClamAV's daemon over one socket for each file.

Our own client, because the usual one has no connect timeout, sends 1 KiB at a time, and
takes an error, a closed connection or a file over the limit for clean.
"""

import re
import socket
import struct
from urllib.parse import urlsplit

from treatment_forms import conf
from treatment_forms.errors import ScannerTrouble
from treatment_forms.scanners.base import Allowance
from treatment_forms.states import Verdict

PIECE_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 4096
CLEAN = b"stream: OK"
FOUND = re.compile(rb"stream: (.+) FOUND")
UNSCANNABLE = (b"Heuristics.Limits.", b"Heuristics.Encrypted")


class ClamdScan:
    def __init__(self, connection: socket.socket, allowance: Allowance) -> None:
        self._connection = connection
        self._allowance = allowance
        self._is_whole = False
        self._send(b"zINSTREAM\0")

    def feed(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        for start in range(0, len(view), PIECE_BYTES):
            piece = view[start : start + PIECE_BYTES]
            self._send(struct.pack("!I", len(piece)), piece)

    def end(self) -> None:
        if not self._is_whole:
            self._send(struct.pack("!I", 0))
        self._is_whole = True

    def finish(self) -> Verdict:
        self.end()
        try:
            return judge(receive(self._connection, self._allowance))
        finally:
            self.abandon()

    def abandon(self) -> None:
        self._connection.close()

    def _send(self, *pieces: bytes | memoryview) -> None:
        try:
            for piece in pieces:
                with self._allowance.spend() as seconds:
                    self._connection.settimeout(seconds)
                    self._connection.sendall(piece)
        except (OSError, ScannerTrouble) as error:
            self.abandon()
            raise ScannerTrouble("clamd does not take the file") from error


class Clamd:
    def __init__(self, url: str) -> None:
        """`tcp://host:port` or `unix:///path`."""
        self._url = urlsplit(url)

    def begin(self, allowance: Allowance) -> ClamdScan:
        return ClamdScan(self._connect(allowance), allowance)

    def version(self) -> str:
        allowance = Allowance(conf.SCAN_CONNECT_SECONDS * 2)
        with self._connect(allowance) as connection:
            try:
                connection.sendall(b"zVERSION\0")
            except OSError as error:
                raise ScannerTrouble("clamd does not listen") from error
            return receive(connection, allowance).decode(errors="replace")

    def _connect(self, allowance: Allowance) -> socket.socket:
        try:
            with allowance.spend() as seconds:
                return self._open(min(seconds, conf.SCAN_CONNECT_SECONDS))
        except OSError as error:
            raise ScannerTrouble("clamd cannot be reached") from error

    def _open(self, seconds: float) -> socket.socket:
        if self._url.scheme != "unix":
            address = (self._url.hostname or "", self._url.port or 3310)
            return socket.create_connection(address, timeout=seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(seconds)
            connection.connect(self._url.path)
        except OSError:
            connection.close()
            raise
        return connection


def receive(connection: socket.socket, allowance: Allowance) -> bytes:
    """The answer up to its closing NUL.

    Raises:
        ScannerTrouble: it did not come whole, in time, or in a sensible length.
    """
    answer = b""
    while not answer.endswith(b"\0"):
        try:
            with allowance.spend() as seconds:
                connection.settimeout(seconds)
                piece = connection.recv(MAX_ANSWER_BYTES)
        except OSError as error:
            raise ScannerTrouble("clamd does not answer") from error
        if not piece or len(answer) > MAX_ANSWER_BYTES:
            raise ScannerTrouble("clamd's answer is not whole")
        answer += piece
    return answer[:-1]


def judge(answer: bytes) -> Verdict:
    """Only the literal OK is clean, and doubt is trouble."""
    if answer == CLEAN:
        return Verdict.CLEAN
    found = FOUND.fullmatch(answer)
    if not found:
        raise ScannerTrouble("clamd gave no verdict")
    return Verdict.UNSCANNABLE if found[1].startswith(UNSCANNABLE) else Verdict.INFECTED
