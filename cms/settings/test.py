"""The suite's settings: as in development, but quick, and with nothing left behind.

Services named by the environment are used: `make test` names none, `make test-services` all.
"""

import os
import tempfile
from pathlib import Path

from cms.settings.base import CACHES, DATABASES, IS_SQLITE, REDIS_URL, STORAGES, TREATMENT_FORMS
from cms.settings.dev import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.env import env

# One for each process, so that parallel ones do not meet. tests/conftest.py makes it and takes it
# away; the processes that tests start have theirs inside, so that killed ones leave nothing.
SCRATCH_DIR = Path(env.str("TEST_SCRATCH_DIR", tempfile.gettempdir()), f"cms-test-{os.getpid()}")

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
TREATMENT_FORMS = {**TREATMENT_FORMS, "WAKE_QUEUE": True}
MAILBOX_DIR = SCRATCH_DIR / "mail"
LOGINS_FILE = SCRATCH_DIR / "logins"
MEDIA_ROOT = SCRATCH_DIR / "media"
for _name, _storage in STORAGES.items():
    if "location" in _storage.get("OPTIONS", {}):
        _storage["OPTIONS"]["location"] = SCRATCH_DIR / _name

if REDIS_URL:
    CACHES["default"]["KEY_PREFIX"] = str(os.getpid())
else:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
# A database that was migrated once for all processes of a run: see tests/checks.py.
TEST_DATABASE_TEMPLATE = env.str("TEST_DATABASE_TEMPLATE", "")
if IS_SQLITE:  # a file, as in production: several connections and processes meet in it
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH_DIR / "db.sqlite3")}
    # No test outlives a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
elif TEST_DATABASE_TEMPLATE:
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEST_DATABASE_TEMPLATE}
