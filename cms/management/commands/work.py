from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Work off the task queue: Redis's where REDIS_URL is set, else the database's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="Stop when the queue is empty.")

    def handle(self, *, batch: bool, **options: Any) -> None:
        if settings.REDIS_URL:
            job_class = "django_tasks_rq.Job"
            call_command("rqworker", "default", job_class=job_class, burst=batch)
        else:
            call_command("db_worker", reload=False, batch=batch)
