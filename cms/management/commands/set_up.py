from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from cms.catalogues import compile_all


class Command(BaseCommand):
    help = "Everything after an install or an upgrade. Run again, it finds its work done."
    requires_system_checks = []  # the database may not exist yet; migrate checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static", action="store_true", help="Collect the static files too.")

    def handle(self, *args: Any, **options: Any) -> None:
        compile_all()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("set_up_groups")
        call_command("set_up_site")
        call_command("documents", rebuild=True, stdout=self.stdout)
        if options["static"]:
            call_command("collectstatic", interactive=False, verbosity=0)
