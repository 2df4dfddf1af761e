"""How fast the app's API answers, beside the least code that could, and beside Wagtail's own.

Floors: `bench/floors.py`, a view of five lines behind no middleware, in the same processes. All
requests come from eight clients on the same two cores.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psycopg

from bench.figures import Figure
from bench.load import get, interleaved, latencies, timed
from bench.site import set_up, wait_for
from cms.clamd import get_free_port
from tests.services import start_postgres

SMALL, LARGE, HUGE = 1_000, 20_000, 200_000
PROCESSES, THREADS = 2, 8
ROUNDS = 8
API = "/api/v1"
STOCK_LIST = (
    "/wagtail-api/pages/?type=articles.NewsPage&limit=20&order=-first_published_at"
    "&fields=lead,date,category,specialties,card_image"
)
SEARCH = f"{API}/search?q=ward"
# At most 1,000 hits are ranked, however many there are; where there were 25 there are more now.
OWN = {
    "search for a word of every page": "ratio <= 3",
    "search for words of one page in 40": "",
}
STOCK_PAGE = "/wagtail-api/pages/%d/?fields=-card_image"


def get_figures() -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-bench-")))
        folder.chmod(0o755)
        (folder / "postgresql").mkdir()
        url = start_postgres(stack, folder / "postgresql")["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench TEMPLATE template_cms")
        set_up(folder, f"{url.rpartition('/')[0]}/bench")
        from bench import corpus

        corpus.begin()
        corpus.fill(SMALL)
        with served() as port:
            yield from get_rates(port)
        urls = {SMALL: keep_copy(url, SMALL)}
        corpus.fill(LARGE)
        with served() as port:
            yield get_full_sync(port)
        yield from get_editing(LARGE)
        urls[LARGE] = keep_copy(url, LARGE)
        corpus.fill_documents(HUGE)
        urls[HUGE] = os.environ["DATABASE_URL"]
        ports = {count: stack.enter_context(served(own)) for count, own in urls.items()}
        yield from compare_sizes(get_latencies(ports))


def keep_copy(url: str, count: int) -> str:
    """The database as it is now, so that sizes can be asked in turn: a noisy minute hits all."""
    from django.db import connections

    connections.close_all()  # nobody may look on
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE pages_{count} TEMPLATE bench")
    return f"{url.rpartition('/')[0]}/pages_{count}"


@contextmanager
def served(database_url: str = "") -> Iterator[int]:
    port = get_free_port()
    own = {"DATABASE_URL": database_url} if database_url else {}
    command = [sys.executable, "-m", "gunicorn", "bench.wsgi", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={PROCESSES}", f"--threads={THREADS}", "--keep-alive=60"]
    command += ["--log-level=warning", "--no-control-socket"]
    server = subprocess.Popen(command, env={**os.environ, **own})
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def get_rates(port: int) -> Iterator[Figure]:
    """Requests a second, each beside its floor, measured in turn."""
    page = get_newest()
    api = {"list of 20 cards": f"{API}/news", "whole page": f"{API}/pages/{page}"}
    bare = {"list of 20 cards": "list/", "whole page": f"page/{page}/"}
    stock = {"list of 20 cards": STOCK_LIST, "whole page": STOCK_PAGE % page}
    stamp = f"/floor/stamp/{page}/"
    tags = {path: get(port, path)[0] for path in api.values()}
    floors = [f"/{place}/{path}" for place in ("floor", "inside") for path in bare.values()]
    speed = interleaved(port, [*api.values(), *floors, stamp], tags=tags)
    speed |= interleaved(port, list(stock.values()), rounds=1)
    for name, path in api.items():
        floor = speed[f"/floor/{bare[name]}"]
        yield rate(f"API, {name}", speed[path], floor, ">= 0.8")
        yield rate(f"floor, {name}, in all middleware", speed[f"/inside/{bare[name]}"], floor)
        theirs = speed[stock[name]]
        yield rate(f"API, {name} (floor: Wagtail's API v2)", speed[path], theirs, ">= 40")
        yield rate(f"API, {name}, 304", speed[f"{path} 304"], speed[stamp], ">= 0.9")
    found = interleaved(port, [SEARCH, "/floor/search/"])
    yield rate("API, search for a word of every page", found[SEARCH], found["/floor/search/"])


def rate(name: str, value: float, floor: float, promise: str = "") -> Figure:
    return Figure(name, value, "requests/s", floor, f"ratio {promise}" if promise else "")


def get_newest() -> int:
    from bench import corpus  # needs Django

    return corpus.get_newest()


def get_latencies(ports: Mapping[int, int]) -> dict[int, dict[str, float]]:
    """For each size the median time of an answer to one client, in ms; measured in turn."""
    asked = [
        (count, name, port, path)
        for count, port in ports.items()
        for name, path in get_paths(port).items()
    ]
    taken: dict[tuple[int, str], list[float]] = defaultdict(list)
    for _round in range(ROUNDS):
        for count, name, port, path in sorted(asked, key=lambda one: one[1]):
            taken[count, name] += latencies(port, path, count=30)
    return {
        count: {
            name: 1000 * median(taken[count, name]) for size, name, *_ in asked if size == count
        }
        for count in ports
    }


def get_paths(port: int) -> dict[str, str]:
    newest = json.loads(get(port, f"{API}/news?limit=1")[1])["items"][0]["card"]["id"]
    return {
        "list": f"{API}/news",
        "filtered list": f"{API}/news?category=category-3&country=NZ",
        "page 40 of a list": f"{API}/news?cursor={get_deep_cursor(port)}",
        "whole page": f"{API}/pages/{newest}",
        "page of changes": f"{API}/sync?cursor={get_middle_sync(port)}",
        "search for a word of every page": SEARCH,
        "search for words of one page in 40": f"{API}/search?q=article+7",
    }


def get_deep_cursor(port: int) -> str:
    cursor = ""
    for _page in range(39):
        cursor = json.loads(get(port, f"{API}/news{cursor and '?cursor=' + cursor}")[1])["next"]
    return cursor


def get_middle_sync(port: int) -> str:
    return str(json.loads(get(port, f"{API}/sync?limit=100")[1])["cursor"])


def compare_sizes(p50: dict[int, dict[str, float]]) -> Iterator[Figure]:
    for count, promise in ((LARGE, "ratio <= 1.2"), (HUGE, "ratio <= 1.5")):
        for name, milliseconds in p50[count].items():
            title = f"API, p50 of a {name}, {count:,} pages (floor: {SMALL:,})"
            yield Figure(title, milliseconds, "ms", p50[SMALL][name], OWN.get(name, promise))


def get_full_sync(port: int) -> Figure:
    """Every document, a page of changes after the other; what an app makes of them is not ours."""
    count, cursor, started = 0, "", time.monotonic()
    while True:
        told = get(port, f"{API}/sync?limit=500{cursor and '&cursor=' + cursor}")[1]
        count += told.count(b'{"change":"')
        tail = json.loads(b"{" + told[told.rindex(b'"cursor":') :])
        cursor = tail["cursor"]
        if not tail["has_more"]:
            break
    rate = count / (time.monotonic() - started)
    return Figure(f"API, sync of {count:,} documents", rate, "documents/s", promise="value >= 5000")


def get_editing(count: int) -> Iterator[Figure]:
    from bench import corpus

    ours, bare = corpus.time_publishing()
    title = "API, what publishing a page costs more for its document"
    yield Figure(title, 1000 * (ours - bare), "ms", promise="value <= 40")
    seconds = timed(corpus.publish_disclaimer)
    yield Figure(f"a new disclaimer, {count:,} pages", seconds, "s", promise="value <= 1")
