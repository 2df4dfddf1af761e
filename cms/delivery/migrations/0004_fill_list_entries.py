from itertools import groupby, product

from django.db import migrations

GROUPS = (("category",), ("specialty",), ("country", "clinic"))


def fill(apps, schema_editor):
    """As `cms.delivery.facets.get_lists` did when this was written."""
    facets = apps.get_model("delivery", "Facet").objects.order_by("page_id", "name", "value")
    entries = apps.get_model("delivery", "ListEntry").objects
    for page_id, rows in groupby(facets.iterator(), lambda row: row.page_id):
        rows = list(rows)
        place = f"{rows[0].kind} {rows[0].locale} "
        groups = [[None, *(row for row in rows if row.name in names)] for names in GROUPS]
        chosen = ([row for row in one if row is not None] for one in product(*groups))
        names = {place + "&".join(f"{r.name}={r.value}" for r in some) for some in chosen if some}
        entries.bulk_create(
            entries.model(page_id=page_id, key=name, position=rows[0].position)
            for name in sorted(names)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_list_entries"),
    ]

    # Backwards there is nothing to save: `documents --rebuild` makes either table anew.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
