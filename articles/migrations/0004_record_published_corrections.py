from django.conf import settings
from django.db import migrations


def record(apps, schema_editor):
    """What is known of the past: the row of each page that was published once."""
    pages = apps.get_model("articles", "NewsPage").objects.filter(first_published_at__isnull=False)
    records = apps.get_model("articles", "PublishedCorrection").objects
    for page in pages.exclude(corrections=[]).select_related("locale").iterator():
        holds_words = page.locale.language_code == settings.LANGUAGE_CODE
        for block in page.corrections.raw_data:
            value = block["value"]
            if text := (value.get("text") or "").strip():
                records.create(
                    page=page, date=value.get("date"), text=text if holds_words else ""
                )


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_published_corrections'),
    ]

    operations = [
        migrations.RunPython(record, migrations.RunPython.noop, elidable=True),
    ]
