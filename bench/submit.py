"""How long it takes to take a request: without files, and with ten of 10 MiB."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from statistics import median, quantiles
from typing import Any

from bench.figures import Figure
from bench.load import timed
from bench.site import Served, demo_site
from bench.visitor import Visitor, ask

MIB = 1024 * 1024
CLIENTS, REQUESTS, ROUNDS = 8, 15, 5  # requests of each client in each round
CROWD = 30  # all at the same moment
LARGE_ROUNDS = 5
MOST_GROWTH_MIB = 48  # of one web process


def get_figures() -> Iterator[Figure]:
    with demo_site() as site:
        visitor = Visitor(site.port)
        yield get_plain(site, visitor, "SQLite", "ratio <= 5")
        slowest = max(run([write_posts(visitor, 1) for _client in range(CROWD)]))
        yield Figure(
            f"the slowest of {CROWD} at the same moment on SQLite, none refused", slowest, "s"
        )
        yield from get_large(site, visitor)


def get_plain(site: Served, visitor: Visitor, database: str, promise: str = "") -> Figure:
    from treatment_forms.models import Submission

    visitor.post(visitor.write())
    row = str(Submission.objects.get().pk).encode()
    insert = partial(ask, site.port, "POST", "/floor/insert/", row, {}, expected=200)
    ours, floors = [], []
    for _round in range(ROUNDS):
        floors.append(p95([[insert] * REQUESTS for _client in range(CLIENTS)]))
        ours.append(p95([write_posts(visitor, REQUESTS) for _client in range(CLIENTS)]))
    name = f"submit without files on {database}, p95 of {CLIENTS} clients"
    return Figure(name, median(ours), "s", median(floors), promise)


def get_large(site: Served, visitor: Visitor) -> Iterator[Figure]:
    files = make_files()
    visitor.post(visitor.write(files))
    visitor.resume(files)
    before = site.resident_bytes()
    scanned, plain, resumed = [], [], []
    for _round in range(LARGE_ROUNDS):
        body = visitor.write(renew(files))
        scanned.append(timed(partial(scan_alone, site, renew(files))))
        plain.append(timed(partial(visitor.post, body)))
        resumed.append(timed(partial(visitor.resume, renew(files))))
    growth = max(0, site.resident_bytes() - before) / MIB
    alone = median(scanned)
    name = "10 x 10 MiB, checked, scanned, stored"
    yield Figure(f"{name}: in one post", median(plain), "s", alone, "ratio <= 1.5")
    yield Figure(f"{name}: resumable", median(resumed), "s", alone, "ratio <= 2")
    limit = f"value <= {MOST_GROWTH_MIB}"
    yield Figure(f"memory growth over {2 * LARGE_ROUNDS} of those", growth, "MiB", promise=limit)


def make_files() -> list[Any]:
    from tests.treatment_forms.posting import Sent
    from tests.treatment_forms.samples import make_photo, make_scan

    scans = [Sent(f"{number}.pdf", make_scan(10 * MIB - 8) + bytes(8)) for number in range(5)]
    return scans + [Sent(f"{number}.jpg", make_photo(10 * MIB)) for number in range(5)]


def renew(files: Sequence[Any]) -> list[Any]:
    """The same but for the bytes behind their end: what clamd found clean it does not scan again,
    and what patients send it has never seen."""
    return [replace(file, content=file.content[:-8] + os.urandom(8)) for file in files]


def write_posts(visitor: Visitor, count: int) -> list[Callable[[], None]]:
    return [partial(visitor.post, visitor.write()) for _request in range(count)]


def p95(clients: Sequence[Sequence[Callable[[], None]]]) -> float:
    return quantiles(run(clients), n=20)[-1]


def run(clients: Sequence[Sequence[Callable[[], None]]]) -> list[float]:
    """Every request's seconds. The clients work at once, each one request after the other."""
    taken: list[float] = []

    def work(acts: Sequence[Callable[[], None]]) -> None:
        taken.extend(timed(act) for act in acts)

    crowd = [threading.Thread(target=work, args=(acts,)) for acts in clients]
    for client in crowd:
        client.start()
    for client in crowd:
        client.join()
    if len(taken) != sum(map(len, clients)):
        raise ValueError("some requests failed; the reason stands above")
    return taken


def scan_alone(site: Served, files: Sequence[Any]) -> None:
    """The floor: clamd and the same bytes, nothing else."""
    for file in files:
        with socket.create_connection(("127.0.0.1", site.clamd_port)) as clamd:
            size = len(file.content).to_bytes(4, "big")
            clamd.sendall(b"zINSTREAM\0" + size + file.content + bytes(4))
            clamd.recv(100)
