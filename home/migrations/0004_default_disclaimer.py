"""The default English disclaimer, before any medical page can exist."""

import hashlib
import uuid

from django.conf import settings
from django.db import migrations
from django.utils import timezone

HEADING = "Disclaimer"
BODY = (
    "<p>All information on this website is provided for informational purposes only and does not "
    "constitute medical advice. All medical procedures require prior consultation with a licensed "
    "physician. Treatment outcomes may vary depending on individual characteristics. We do not "
    "guarantee any specific results. Always consult a medical professional before making any "
    "healthcare decisions.</p>"
)


def create(apps, schema_editor):
    Locale = apps.get_model("wagtailcore", "Locale")
    Disclaimer = apps.get_model("home", "Disclaimer")
    locale, _ = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    now = timezone.now()
    text = {
        "version": 1,
        "heading": HEADING,
        "body": BODY,
        "checksum": hashlib.sha256(
            f"{locale.language_code}\n{HEADING}\n{BODY}".encode()
        ).hexdigest(),
    }
    Disclaimer.objects.create(
        key="general",
        locale=locale,
        translation_key=uuid.uuid4(),
        live=True,
        first_published_at=now,
        last_published_at=now,
        approved_at=now,
        approval_is_demo=True,  # nobody has read it yet: production asks for a real approval
        **text,
    )
    apps.get_model("home", "DisclaimerVersion").objects.create(
        disclaimer_key="general",
        language_code=locale.language_code,
        published_at=now,
        **text,
    )


def remove(apps, schema_editor):
    apps.get_model("home", "DisclaimerVersion").objects.all().delete()
    apps.get_model("home", "Disclaimer").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0003_pages_and_disclaimer")]

    operations = [migrations.RunPython(create, remove)]
