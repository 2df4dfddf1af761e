from typing import Any

from django.core.management.base import BaseCommand

from cms.groups import set_up_groups


class Command(BaseCommand):
    help = "Make the site's groups and their permissions. Run it after each migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        set_up_groups()
