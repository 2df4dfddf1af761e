from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.catalogues import compile_all, find_problems, get_sources


class Command(BaseCommand):
    help = "Compile the message catalogues; with --check only say what is wrong with them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            compile_all()
        elif problems := [text for source in get_sources() for text in find_problems(source)]:
            raise CommandError("\n".join(problems))
