"""What every test may count on."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate


def restore_ground(sender: Any, **kwargs: Any) -> None:
    """Put back what migrations inserted: `flush` empties it, then sends post_migrate."""
    from tests.factories import make_ground

    make_ground()


if apps.is_installed("home"):  # the plugin's tests also run on a site without it
    # The last app: content types and permissions of the others are there by then.
    last_app = [config for config in apps.get_app_configs() if config.models_module][-1]
    post_migrate.connect(restore_ground, sender=last_app, dispatch_uid="restore_ground")
