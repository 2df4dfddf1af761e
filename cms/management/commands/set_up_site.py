from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from wagtail.models import Site


class Command(BaseCommand):
    help = "Give Wagtail's default site the address in SITE_URL. Run it after each migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        set_address(settings.SITE_URL)


def set_address(site_url: str) -> None:
    """Wagtail makes its absolute addresses from its Site, and the Host header from nobody."""
    url = urlsplit(site_url)
    site = Site.objects.get(is_default_site=True)
    site.hostname = url.hostname or "localhost"
    site.port = url.port or (443 if url.scheme == "https" else 80)
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.save()
