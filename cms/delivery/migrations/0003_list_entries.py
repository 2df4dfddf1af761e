from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0002_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=300)),
                ("position", models.BinaryField(max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "position", "page_id"], name="filtered_list")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("page_id", "key"), name="one_entry")
                ],
            },
        ),
    ]
