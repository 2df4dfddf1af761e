from typing import Any

from django.core.management.base import BaseCommand

from cms.wording.merge import merge_all


class Command(BaseCommand):
    help = "Write the messages of the code into the catalogues; keeps what is translated."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in merge_all():
            self.stdout.write(str(path))
