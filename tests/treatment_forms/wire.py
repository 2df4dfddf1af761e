"""Requests byte by byte to a running server."""

import socket
from typing import Any
from urllib.parse import urlsplit


def talk(
    live_server: Any, method: str, path: str, body: bytes, *, length: int, offset: int
) -> tuple[int, str]:
    """Send what is there, then hang up our side: what comes back, whole."""
    address = urlsplit(live_server.url)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Upload-Offset: {offset}\r\nContent-Length: {length}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return int(answer.split()[1]), answer.decode(errors="replace")
