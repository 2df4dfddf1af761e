"""What every test may count on."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.db.models.signals import post_migrate
from django.utils import translation

from cms.catalogues import compile_source
from tests.sharing import make_scheduler

ROOT = Path(__file__).resolve().parents[1]

# How long a step takes is a matter of the machine and of who else works on it.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def restore_ground(sender: Any, **kwargs: Any) -> None:
    """Put back what migrations inserted: `flush` empties it, then sends post_migrate."""
    from tests.factories import make_ground

    make_ground()


if apps.is_installed("home"):  # the plugin's tests also run on a site without it
    # The last app: content types and permissions of the others are there by then.
    last_app = [config for config in apps.get_app_configs() if config.models_module][-1]
    post_migrate.connect(restore_ground, sender=last_app, dispatch_uid="restore_ground")


def pytest_configure(config: pytest.Config) -> None:
    """A fresh checkout has no compiled catalogues; the workers of xdist find them made."""
    shutil.rmtree(settings.SCRATCH_DIR, ignore_errors=True)  # of an older process with our number
    settings.SCRATCH_DIR.mkdir(mode=0o700)
    os.environ["TEST_SCRATCH_DIR"] = str(settings.SCRATCH_DIR)
    if not hasattr(config, "workerinput"):
        for folder in ("locale", "treatment_forms/locale"):
            for source in ROOT.glob(f"{folder}/*/LC_MESSAGES/django.po"):
                compile_source(source)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return make_scheduler(config, log)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.SCRATCH_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request in another language leaves it active; the next test begins with the default."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """A worker that runs in a test's own process (RQ's does) leaves its handlers to all that
    follow, and to their children."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server ends its connection with each request; a test's lasts, with its transaction."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture(scope="session")
def kept_rows(
    django_db_setup: None, django_db_blocker: Any
) -> Callable[[], AbstractContextManager[None]]:
    """A context for a fixture of a module: what it writes is there for many tests, each of which
    undoes its own, and is undone at its end."""

    @contextmanager
    def keep() -> Iterator[None]:
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return keep


def has_template() -> bool:
    """Whether a SQLite database was migrated for all processes; PostgreSQL copies its own."""
    is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    return is_sqlite and bool(getattr(settings, "TEST_DATABASE_TEMPLATE", ""))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> None:
    """A copy of the migrated database as it is; else pytest-django's way, which migrates."""
    if not has_template():
        request.getfixturevalue("django_db_setup")
        return
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    shutil.copyfile(settings.TEST_DATABASE_TEMPLATE, name)
    with django_db_blocker.unblock():
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
