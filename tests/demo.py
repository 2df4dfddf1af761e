"""Loads the demo for tests that read it."""

from django.core.management import call_command
from django.test.utils import override_settings

KEEPS_TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def load_demo() -> None:
    """As on a site with a worker that comes later: indexing each of 140 pages after each of its
    saves takes longer than all else. The command indexes them once, at the end."""
    with override_settings(TASKS=KEEPS_TASKS):
        call_command("load_demo")
