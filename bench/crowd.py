"""How long eight visitors wait who send a request at once, on the database of a site with as many.

SQLite has one writer at a time: there they wait for one another's disk, and `submit` says how long.
"""

from collections.abc import Iterator

from bench.figures import Figure
from bench.site import demo_site
from bench.submit import get_plain
from bench.visitor import Visitor


def get_figures() -> Iterator[Figure]:
    with demo_site(on_postgres=True) as site:
        yield get_plain(site, Visitor(site.port), "PostgreSQL", "ratio <= 5")
