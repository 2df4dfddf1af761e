"""How long it takes to take a request: without files, and with ten of 10 MiB."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median, quantiles
from typing import Any

from bench.figures import Figure
from bench.load import timed
from bench.site import Served, demo_site

MIB = 1024 * 1024
CLIENTS, REQUESTS = 8, 15  # requests of each client
LARGE_ROUNDS = 10
MOST_GROWTH_MIB = 48  # of one web process


def get_figures() -> Iterator[Figure]:
    with demo_site() as site:
        from tests.treatment_forms.posting import ANSWERS, BOUNDARY, Sent, make_body
        from tests.treatment_forms.samples import make_photo, make_scan
        from treatment_forms.models import Submission, TreatmentFormPage

        path = TreatmentFormPage.objects.get().url
        form = f"multipart/form-data; boundary={BOUNDARY}"

        def send(name: str, *files: Any) -> None:
            body = make_body({**ANSWERS, "full_name": name}, files)
            post(site.port, path, body, form, expected=303)

        send("Warm Up")
        submission = str(Submission.objects.get().pk).encode()
        plain = p95(send)
        insert = p95(lambda _name: post(site.port, "/floor/insert/", submission, "text/plain", 200))
        yield Figure("submit without files, p95 of 8 clients", plain, "s", insert)

        scans = [Sent(f"{n}.pdf", make_scan(10 * MIB)) for n in range(5)]
        photos = [Sent(f"{n}.jpg", make_photo(10 * MIB)) for n in range(5)]
        files = (*scans, *photos)
        send("Warm Up With Files", *files)
        before = site.resident_bytes()
        taken, scanned = [], []
        for number in range(LARGE_ROUNDS):
            scanned.append(timed(lambda: scan_alone(site, files)))
            taken.append(timed(partial(send, f"Large {number}", *files)))
        growth = max(0, site.resident_bytes() - before) / MIB
        large = median(taken)
        yield Figure("submit 10 x 10 MiB, checked, scanned, stored", large, "s", median(scanned))
        limit = f"value <= {MOST_GROWTH_MIB}"
        yield Figure(f"memory growth over {LARGE_ROUNDS} of those", growth, "MiB", promise=limit)


def post(port: int, path: str, body: bytes, content_type: str, expected: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", path, body, {"Content-Type": content_type})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != expected:
        raise ValueError(f"{path}: {response.status}")


def p95(act: Callable[[str], None]) -> float:
    """Of every request's seconds, sent by some clients at once."""
    taken: list[float] = []

    def work(client: int) -> None:
        names = (f"Client {client} {number}" for number in range(REQUESTS))
        taken.extend(timed(partial(act, name)) for name in names)

    crowd = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for client in crowd:
        client.start()
    for client in crowd:
        client.join()
    if len(taken) != CLIENTS * REQUESTS:
        raise ValueError("some requests failed; the reason stands above")
    return quantiles(taken, n=20)[-1]


def scan_alone(site: Served, files: tuple[Any, ...]) -> None:
    """The floor: clamd and the same bytes, nothing else."""
    for file in files:
        with socket.create_connection(("127.0.0.1", site.clamd_port)) as clamd:
            size = len(file.content).to_bytes(4, "big")
            clamd.sendall(b"zINSTREAM\0" + size + file.content + bytes(4))
            clamd.recv(100)
