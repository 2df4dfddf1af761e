"""How fast a reader gets a page, and what it asks of the database."""

from collections.abc import Iterator

from bench.figures import Figure
from bench.load import interleaved
from bench.site import demo_site

MOST_QUERIES = 45


def get_figures() -> Iterator[Figure]:
    with demo_site() as site:
        from articles.models import NewsPage
        from treatment_forms.models import TreatmentFormPage

        seed = NewsPage.objects.get(title__startswith="Moscow to Finance CAR-T")
        form = TreatmentFormPage.objects.get(locale=seed.locale)
        pages = {"news page": seed.url, "form page": form.url}
        for name, path in pages.items():
            yield Figure(
                f"{name}, queries", count_queries(path), "", promise=f"value <= {MOST_QUERIES}"
            )
        speed = interleaved(site.port, ["/bare/", *pages.values()])
        for name, path in pages.items():
            yield Figure(f"{name}, 8 clients", speed[path], "requests/s", floor=speed["/bare/"])


def count_queries(path: str) -> int:
    """The statements of a second visit: caches of the process are warm, as they mostly are."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    Client().get(path)
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(path)
    if response.status_code != 200:
        raise ValueError(f"{path}: {response.status_code}")
    return len(queries)
