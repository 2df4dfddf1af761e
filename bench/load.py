"""Plain GETs from a few processes on loopback, light enough not to be what is measured."""

import http.client
import multiprocessing
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from statistics import median


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def read_response(connection: socket.socket) -> bytes:
    """One HTTP/1.1 answer with a Content-Length; its head. The body is read and dropped."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536) or _closed()
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields.get(b"content-length", b"0")) - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 1 << 20)) or _closed())
    return head


def _closed() -> bytes:
    raise ConnectionError("the server closed the connection in the middle of an answer")


def _client(
    port: int, path: str, seconds: float, tag: str, done: "multiprocessing.Queue[int]"
) -> None:
    request = write_request(path, tag)
    status = b"HTTP/1.1 304" if tag else b"HTTP/1.1 200"
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            while time.monotonic() < end:
                connection.sendall(request)
                head = read_response(connection)
                if not head.startswith(status):
                    raise ValueError(head.splitlines()[0])
                count += 1
                if b"connection: close" in head.lower():
                    break
    done.put(count)


def write_request(path: str, tag: str = "") -> bytes:
    held = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{held}\r\n".encode()


def requests_per_second(
    port: int, path: str, *, clients: int = 8, seconds: float = 2.0, tag: str = ""
) -> float:
    """With `tag`, whoever asks holds the answer already, and must be told so."""
    done: multiprocessing.Queue[int] = multiprocessing.Queue()
    crowd = [
        multiprocessing.Process(target=_client, args=(port, path, seconds, tag, done))
        for _number in range(clients)
    ]
    for client in crowd:
        client.start()
    for client in crowd:
        client.join()
    if any(client.exitcode for client in crowd):
        raise ConnectionError(f"a client failed at {path}")
    return sum(done.get() for _client_process in crowd) / seconds


def interleaved(
    port: int,
    paths: Sequence[str],
    *,
    rounds: int = 3,
    clients: int = 8,
    tags: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """The median requests/s of each path, measured in turn so that a noisy minute hits all.

    A path of `tags` is asked by those who hold its answer; its figure is named `<path> 304`.
    """
    asked = [(path, path, "") for path in paths]
    asked += [(f"{path} 304", path, tag) for path, tag in (tags or {}).items()]
    for _name, path, tag in asked:
        requests_per_second(port, path, clients=2, seconds=0.5, tag=tag)  # warm
    figures: dict[str, list[float]] = {name: [] for name, _path, _tag in asked}
    for _round in range(rounds):
        for name, path, tag in asked:
            figures[name].append(requests_per_second(port, path, clients=clients, tag=tag))
    return {name: median(values) for name, values in figures.items()}


def get(port: int, path: str) -> tuple[str, bytes]:
    """One answer: its validator and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != HTTPStatus.OK:
        raise ValueError(f"{path}: {response.status} {body[:500]!r}")
    return response.headers.get("ETag", ""), body


def latencies(port: int, path: str, count: int = 150) -> list[float]:
    """How long one client waits for each of so many answers, in seconds."""
    taken = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _request in range(count):
            start = time.perf_counter()
            connection.sendall(write_request(path))
            read_response(connection)
            taken.append(time.perf_counter() - start)
    return taken
