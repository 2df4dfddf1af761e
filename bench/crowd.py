"""How long eight visitors wait who send a request at once, on PostgreSQL.

`submit` says it of SQLite, where one writes at a time and they wait for one another's disk.
"""

from collections.abc import Iterator

from bench.figures import Figure
from bench.site import demo_site
from bench.submit import get_plain
from bench.visitor import Visitor


def get_figures() -> Iterator[Figure]:
    with demo_site(on_postgres=True) as site:
        yield get_plain(site, Visitor(site.port), "PostgreSQL", "ratio <= 5")
