"""What the gate costs an editor: a page of 30 blocks, beside its twin in stock Wagtail.

The twin has the same fields, blocks and panels, stands in the same frame and shows its readers the
same things, by stock means (`bench/stock`): a preview is as dear as what it shows.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figures import Figure
from bench.site import set_up

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Page

ROUNDS = 15
WHOLE = "publish, with the page's document for apps"
JSON = {"Accept": "application/json"}


def get_figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="cms-bench-") as folder:
        set_up(Path(folder))
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable")
        for step, seconds in measure().items():
            ours, stock = (1000 * seconds[name] for name in ("ours", "stock"))
            if step != WHOLE:
                yield Figure(f"editor, 30 blocks: {step}", ours, "ms", stock, "ratio <= 1.2")
                continue
            yield Figure(f"editor, 30 blocks: {step}", ours, "ms", stock)
            yield Figure("of that more than stock", ours - stock, "ms", None, "value <= 40")


def make_blocks() -> list[tuple[str, Any]]:
    paragraph = "<p>" + "A sentence about the ward and its people. " * 8 + "</p>"
    section: list[tuple[str, Any]] = [
        ("heading", {"text": "A heading", "level": "h2"}),
        ("paragraph", paragraph),
        ("quote", {"text": "It was calm.", "person": "A. Example"}),
    ]
    return [("disclaimer", {"disclaimer": None, "addendum": ""}), *section * 9, *section[1:]]


def make_pages() -> "dict[str, Page]":
    from bench.stock.models import StockNewsPage
    from tests.factories import LEAD, add_page, get_home, make_category, make_ground, make_news

    make_ground()
    ours = make_news(title="Ours", body=make_blocks())
    stock = StockNewsPage(title="Stock", lead=LEAD, category=make_category(), body=make_blocks())
    stock.sources = [("source", {"publisher": "TASS"})]
    return {"ours": ours, "stock": add_page(get_home(), stock)}


def steps(client: "Client", page: "Page") -> dict[str, Callable[[], Any]]:
    from django.urls import reverse

    from tests.home.editor import fill_in

    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = fill_in(page)

    def show_preview() -> Any:
        client.post(preview, data)
        return client.get(preview, {"in_preview_panel": "true", "mode": ""})

    return {
        "open": lambda: client.get(edit),
        "autosave": lambda: client.post(edit, data, headers=JSON),
        "preview": show_preview,
        "publish": lambda: client.post(edit, {**data, "action-publish": "1"}),
        WHOLE: lambda: client.post(edit, {**data, "action-publish": "1"}),
    }


@contextmanager
def documents_made(wanted: bool) -> "Iterator[None]":
    """The gate's cost and that of making a page ready for apps are two figures."""
    from home.signals import page_written

    receivers = page_written.receivers
    page_written.receivers = receivers if wanted else []
    try:
        yield
    finally:
        page_written.receivers = receivers


def measure() -> dict[str, dict[str, float]]:
    """Median processor seconds of each step, ours and stock in turn."""
    from tests.home.editor import enter

    client = enter()
    taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    pages = make_pages()
    for number in range(ROUNDS + 1):
        for name, page in pages.items():
            for step, act in steps(client, page).items():
                with documents_made(step == WHOLE):
                    start = time.process_time()
                    response = act()
                    seconds = time.process_time() - start
                if response.status_code not in {200, 302}:
                    raise ValueError(f"{name} {step}: {response.status_code}")
                if number:  # the first round warms
                    taken[step][name].append(seconds)
    return {step: {n: median(v) for n, v in both.items()} for step, both in taken.items()}
