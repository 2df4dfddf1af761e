from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_fill_list_entries"),
    ]

    operations = [
        migrations.DeleteModel(name="Facet"),
    ]
