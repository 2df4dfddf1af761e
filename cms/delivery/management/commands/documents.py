"""Are the documents what the pages say? And if not, make them so."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.delivery import check, disclaimers, tasks
from cms.delivery.resolve import get_all


class Command(BaseCommand):
    help = "Compares every document of the API with a fresh build, or builds what differs anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="Print each difference; 1 if any.")
        what.add_argument("--rebuild", action="store_true", help="Write what differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.rebuild()
        else:
            self.compare()

    def compare(self) -> None:
        found = 0
        for difference in check.find_differences():
            found += 1
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{found} differ. To mend it: manage.py documents --rebuild")
        self.stdout.write("Every document is what its page says.")

    def rebuild(self) -> None:
        disclaimers.refresh_all()
        pages = get_all()
        for page_id in sorted(pages):
            tasks.rebuild_one(page_id)
        tasks.rebuild()
        tasks.number_after_commit()
        self.stdout.write(f"{len(pages)} documents are as their pages say.")
