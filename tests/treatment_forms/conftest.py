"""The plugin's tests run on this site and on `tests/bare_site`: they use nothing of either."""

from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models.signals import post_migrate
from django.test import Client
from wagtail.models import Collection, Locale, Page, Site

from tests.treatment_forms.pages import make_form_page
from tests.wire.clamd import FakeClamd, fake_clamd
from treatment_forms.files.inspect import inspect
from treatment_forms.files.sniffing import TEXT
from treatment_forms.models import TreatmentFormPage
from treatment_forms.scanners import versions

collect_ignore = [] if apps.is_installed("wagtail_localize") else ["test_localize.py"]


def restore_ground(sender: Any, **kwargs: Any) -> None:
    """Put back what Wagtail's migrations inserted, after the flush of a transaction test."""
    locale, _ = Locale.objects.get_or_create(language_code="en")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Site.objects.exists():
        home = root.add_child(instance=Page(title="Home", slug="home", locale=locale))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


if not apps.is_installed("home"):  # on this site tests/conftest.py does it
    last_app = [config for config in apps.get_app_configs() if config.models_module][-1]
    post_migrate.connect(restore_ground, sender=last_app, dispatch_uid="restore_bare_ground")


@pytest.fixture(autouse=True, scope="session")
def _warm_parsers() -> None:
    """Their start, once in a process, is nothing that a test measures."""
    inspect(BytesIO(b"warm"), media_type=TEXT)


@pytest.fixture(autouse=True)
def _patients_papers(settings: Any, tmp_path: Any) -> None:
    """A private storage and a folder for uploads of this test's own, so that both can be listed."""
    for name in ("attachments", "uploads"):
        (tmp_path / name).mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "attachments"},
        },
    }
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": ""}
    versions._told.clear()  # the next fake may have the port of the last one


@pytest.fixture
def form_page(db: Any) -> TreatmentFormPage:
    return make_form_page()


@pytest.fixture
def clamd(settings: Any) -> Any:
    with fake_clamd() as clamd:
        use_clamd(settings, clamd)
        yield clamd


def use_clamd(settings: Any, clamd: FakeClamd) -> None:
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": clamd.url}


@pytest.fixture
def admin(db: Any) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "x"))
    return client
