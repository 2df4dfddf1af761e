"""`make test`: every check, then the tests on SQLite. No service, no root, no system package."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
MANAGE = (str(BIN / "python"), "-W", "error::DeprecationWarning:cms", "manage.py")
PACKAGES = ("cms", "home", "articles", "treatment_forms")

# What cms/settings reads: nothing of it may leak from the caller's shell into the tests.
SETTINGS = (
    *("DATABASE_URL", "CLAMD_URL", "EMAIL_URL", "ANYMAIL_", "DEFAULT_FROM_EMAIL", "REDIS_URL"),
    *("AWS_", "ATTACHMENTS_", "SITE_URL", "SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS", "DEBUG"),
    *("TRUSTED_PROXIES", "HOST", "PORT", "RATE_", "RETENTION_", "CLOSED_", "DJANGO_"),
    *("API_", "MACHINE_", "DEEPL_", "LIBRETRANSLATE_", "GOOGLE_"),
    *("TEST_DATABASE_TEMPLATE", "TEST_BARE_DATABASE_TEMPLATE"),
)
# A server's environment, whole and made up.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "only-for-check-deploy-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "FIELD_KEYS": "only-for-check-deploy",
    "ALLOWED_HOSTS": "www.example.org",
    "SITE_URL": "https://www.example.org",
    "DATABASE_URL": "postgres://cms:secret@db.example.org/cms",
    "CLAMD_URL": "tcp://clamd.example.org:3310",
    "EMAIL_URL": "smtp+tls://cms:secret@smtp.example.org:587",
    "DEFAULT_FROM_EMAIL": "Marus Media <noreply@example.org>",
    "TRUSTED_PROXIES": "1",
}
TEST = {"DJANGO_SETTINGS_MODULE": "cms.settings.test"}
BARE_SITE = {"DJANGO_SETTINGS_MODULE": "tests.bare_site.settings"}

Check = tuple[str, list[str | Path], Mapping[str, str]]
READING: list[Check] = [
    ("types", [BIN / "mypy"], TEST),
    ("format", [BIN / "ruff", "format", "--check", "."], {}),
    ("lint", [BIN / "ruff", "check", "."], {}),
    ("import contracts", [BIN / "lint-imports", "--no-cache"], {}),
    ("templates", [BIN / "djlint", *PACKAGES, "templates", "--lint"], {}),
]
RUNNING: list[Check] = [
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], TEST),
    ("plugin's migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], BARE_SITE),
    ("message catalogues", [*MANAGE, "compile_catalogues", "--check"], TEST),
    ("requirements", [BIN / "python", "-m", "pip", "check"], {}),
    ("production", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]
# Tests that share rows stay together: see tests/sharing.py.
TWO_WORKERS = ("-q", "-n", "2", "--dist", "loadgroup")
WITHOUT_SERVICES = (*TWO_WORKERS, "-m", "not services and not browser and not soak")
# Of the plugin's tests, here only those that need what a bare site lacks: the others run below,
# and on this site in `make test-services`.
ON_THIS_SITE = (
    *("tests/articles", "tests/cms", "tests/home", "tests/journeys"),
    *("tests/treatment_forms/test_localize.py", "tests/treatment_forms/test_whole_way.py"),
)
TESTS = [BIN / "pytest", *WITHOUT_SERVICES, *ON_THIS_SITE]
# The plugin on a site that has nothing but Wagtail and the plugin.
PLUGIN_ALONE = [BIN / "pytest", *WITHOUT_SERVICES, "tests/treatment_forms"]


def get_clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}


def check(name: str, command: list[str | Path], environment: Mapping[str, str]) -> bool:
    """Run one check and print its name, and what it says when it fails."""
    started_at = time.monotonic()
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**get_clean_environment(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = result.returncode == 0
    seconds = time.monotonic() - started_at
    told = "" if passed else f"\n{result.stdout.rstrip()}"
    print(f"{'ok  ' if passed else 'FAIL'} {name} ({seconds:.0f} s){told}", flush=True)
    return passed


def migrate_into(url: str, settings: Mapping[str, str] = TEST) -> Check:
    """Migrating an empty database takes as long as a tenth of the tests: once, for all of them."""
    return ("an empty database", [*MANAGE, "migrate", "-v0"], {**settings, "DATABASE_URL": url})


def main(arguments: list[str]) -> int:
    with TemporaryDirectory(prefix="cms-template-") as folder:
        templates = {
            "TEST_DATABASE_TEMPLATE": f"{folder}/site.sqlite3",
            "TEST_BARE_DATABASE_TEMPLATE": f"{folder}/bare.sqlite3",
        }
        databases = [
            migrate_into(f"sqlite:///{path}", settings)
            for path, settings in zip(templates.values(), (TEST, BARE_SITE), strict=True)
        ]
        with ThreadPoolExecutor(2) as pool:
            read = pool.map(lambda row: check(*row), READING)
            subprocess.run([*MANAGE, "compile_catalogues"], cwd=ROOT, check=True)
            run = pool.map(lambda row: check(*row), [*databases, *RUNNING])
            passed = all([*read, *run])
        for command, settings in ((TESTS, TEST), (PLUGIN_ALONE, BARE_SITE)):
            tests = subprocess.run(
                [*command, *arguments],
                cwd=ROOT,
                env={**get_clean_environment(), **settings, **templates},
                stdin=subprocess.DEVNULL,
                check=False,
            )
            passed = passed and tests.returncode == 0
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
