from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.delivery.staleness import rebuilt_later
from cms.groups import set_up_groups
from demo.load import load


class Command(BaseCommand):
    help = "Load the demo content: the seed article, news, clinics, policies and four logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing where somebody has a login already: it is their site.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not hasattr(settings, "LOGINS_FILE"):
            raise CommandError("Demo content belongs on a development site only.")
        if options["if_empty"] and get_user_model().objects.exists():
            return
        began = timezone.now()
        with rebuilt_later(), transaction.atomic():
            set_up_groups()
            is_loaded = load()
        if is_loaded:
            catch_up(since=began)
        else:
            call_command("documents", rebuild=True, stdout=self.stdout)


def catch_up(*, since: datetime) -> None:
    """Once, at the end. The queue holds a task for each of a thousand saves, some of rows that
    are gone: a worker would be busy for minutes, and report each of those as an error. What the
    documents ask for comes after: the worker draws their pictures."""
    DBTaskResult.objects.filter(enqueued_at__gte=since, status=TaskResultStatus.READY).delete()
    call_command("documents", rebuild=True, verbosity=0)
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)
