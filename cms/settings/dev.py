"""A newcomer's machine: no service needed, nothing secret."""

from pathlib import Path

from cms.settings.base import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.base import (
    EMAIL_FILE_PATH,
    INSTALLED_APPS,
    MEDIA_BUCKET,
    STORAGES,
    TREATMENT_FORMS,
)
from cms.settings.env import DEVELOPMENT_KEY, VAR_DIR, env

DEBUG = env.bool("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_KEY)
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", [])
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
ACCEPT_DEMO_APPROVALS = True
TREATMENT_FORMS = {**TREATMENT_FORMS, "ACCEPT_DEMO_APPROVALS": True}

# The mailbox shows every mail to whoever asks: it exists in these settings only.
INSTALLED_APPS = [*INSTALLED_APPS, "cms.mailbox"]
MAILBOX_DIR = Path(EMAIL_FILE_PATH or VAR_DIR / "mail")
# Here the application serves uploaded pictures; on a server nginx or the bucket does.
SERVES_MEDIA = not MEDIA_BUCKET
LOGINS_FILE = VAR_DIR / "logins"
# Passwords made here open nothing in production, which does not list this hasher.
PASSWORD_HASHERS = [
    "cms.logins.DevelopmentHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Style sheets are served from where they are edited, without collecting them.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
