"""The least that a Wagtail site is, and the plugin: nothing of this one, no translations either."""

import os
import tempfile
from pathlib import Path

import dj_database_url

# One for each process, so that parallel ones do not meet. tests/conftest.py makes it and takes it
# away; the processes that tests start have theirs inside, so that killed ones leave nothing.
_top = os.environ.get("TEST_SCRATCH_DIR", tempfile.gettempdir())
SCRATCH_DIR = Path(_top, f"bare-site-{os.getpid()}")

SECRET_KEY = "a-bare-site-has-no-secrets-that-are-worth-more-than-fifty-letters"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
ROOT_URLCONF = "tests.bare_site.urls"
WAGTAIL_SITE_NAME = "Bare site"
WAGTAILADMIN_BASE_URL = "http://localhost"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "treatment_forms",
    "phonenumber_field",
    "django_countries",
    "django_tasks",
    "wagtail.contrib.forms",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *(["django.contrib.postgres"] if "postgres" in os.environ.get("DATABASE_URL", "") else []),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "treatment_forms.middleware.FormPostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": dj_database_url.config(default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
    # A file, as in production: several connections meet in it.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH_DIR / "db.sqlite3")}
# A database that was migrated once for all processes of a run: see tests/checks.py.
TEST_DATABASE_TEMPLATE = os.environ.get("TEST_BARE_DATABASE_TEMPLATE", "")
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": SCRATCH_DIR / "attachments"},
    },
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "noreply@localhost"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TREATMENT_FORMS = {"BASE_URL": "http://localhost", "API_NAMESPACE": "requests-api"}
