"""The site as a newcomer has it, without debugging, and with the benchmarks' own addresses.

BENCH_DIR holds everything a run writes; its processes share it.
"""

import os
from pathlib import Path

from cms.settings.dev import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.dev import INSTALLED_APPS, STORAGES

BENCH_DIR = Path(os.environ["BENCH_DIR"])

DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "bench.stock", "wagtail.api.v2", "rest_framework"]
ROOT_URLCONF = "bench.urls"
MEDIA_ROOT = BENCH_DIR / "media"
MAILBOX_DIR = BENCH_DIR / "mail"
LOGINS_FILE = BENCH_DIR / "logins"
for _name, _storage in STORAGES.items():
    if "location" in _storage.get("OPTIONS", {}):
        _storage["OPTIONS"]["location"] = BENCH_DIR / _name
LOGGING = {"version": 1, "root": {"level": "WARNING"}}
