"""The HTTP endpoint of a mail provider, for Anymail's backends, that answers as told."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = {
    "postmark": {
        "ErrorCode": 0,
        "Message": "OK",
        "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
        "To": "care@example.org",
        "SubmittedAt": "2026-11-22T12:00:00Z",
    },
    "mailgun": {"id": "<20261122.1@example.org>", "message": "Queued. Thank you."},
    "amazon_ses": {"MessageId": "0100018c-ses-1"},
    "resend": {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"},
    "brevo": {"messageId": "<202611221200.1@smtp-relay.example.org>"},
}


@dataclass
class Provider:
    """Answers `status` with `body` to each call, and keeps the calls.

    Attributes:
        seconds: how long it thinks before it answers; 0.05 s for each byte where `drips`.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    drips: bool = False
    calls: list["Call"] = field(default_factory=list)
    url: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def make_handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            call = Call(self.path, dict(self.headers), self.rfile.read(size))
            provider.calls.append(call)
            provider.is_over.wait(provider.seconds)
            with contextlib.suppress(OSError):
                self.answer()

        def answer(self) -> None:
            self.send_response(provider.status)
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(provider.body)))
            self.end_headers()
            for start in range(len(provider.body)) if provider.drips else [0]:
                end = start + 1 if provider.drips else None
                self.wfile.write(provider.body[start:end])
                self.wfile.flush()
                if provider.drips:
                    time.sleep(0.05)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@contextlib.contextmanager
def provider(esp: str = "postmark", **behaviour: Any) -> Iterator[Provider]:
    """An endpoint on a free port of this machine, gone after the block."""
    made = Provider(**{"body": json.dumps(GOOD[esp]).encode(), **behaviour})
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield made
    finally:
        made.is_over.set()
        server.shutdown()
        server.server_close()
