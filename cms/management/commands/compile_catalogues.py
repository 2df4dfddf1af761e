from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.catalogues import compile_all
from cms.wording.judge import find_problems


class Command(BaseCommand):
    help = "Compile the message catalogues; with --check only say what is wrong with them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            compile_all()
        elif problems := list(find_problems()):
            raise CommandError("\n".join(problems))
