"""Plain GETs from a few processes on loopback, light enough not to be what is measured."""

import multiprocessing
import socket
import time
from collections.abc import Callable, Sequence
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
    missing = int(fields[b"content-length"]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 1 << 20)) or _closed())
    return head


def _closed() -> bytes:
    raise ConnectionError("the server closed the connection in the middle of an answer")


def _client(port: int, path: str, seconds: float, done: "multiprocessing.Queue[int]") -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            while time.monotonic() < end:
                connection.sendall(request)
                head = read_response(connection)
                if not head.startswith(b"HTTP/1.1 200"):
                    raise ValueError(head.splitlines()[0])
                count += 1
                if b"connection: close" in head.lower():
                    break
    done.put(count)


def requests_per_second(port: int, path: str, *, clients: int = 8, seconds: float = 2.0) -> float:
    done: multiprocessing.Queue[int] = multiprocessing.Queue()
    crowd = [
        multiprocessing.Process(target=_client, args=(port, path, seconds, done))
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
    port: int, paths: Sequence[str], *, rounds: int = 3, clients: int = 8
) -> dict[str, float]:
    """The median requests/s of each path, measured in turn so that a noisy minute hits all."""
    for path in paths:
        requests_per_second(port, path, clients=2, seconds=0.5)  # warm
    figures: dict[str, list[float]] = {path: [] for path in paths}
    for _round in range(rounds):
        for path in paths:
            figures[path].append(requests_per_second(port, path, clients=clients))
    return {path: median(values) for path, values in figures.items()}
