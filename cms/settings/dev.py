"""A newcomer's machine: no service needed, nothing secret."""

from cms.settings.base import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.base import INSTALLED_APPS
from cms.settings.env import VAR_DIR, env

VAR_DIR.mkdir(exist_ok=True)

DEBUG = env.bool("DEBUG", True)
# Not a secret: production settings have no default and refuse this one.
SECRET_KEY = env.str("SECRET_KEY", "development-only-key-that-production-settings-refuse")
FIELD_KEYS = env.list("FIELD_KEYS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])
ACCEPT_DEMO_APPROVALS = True
INSTALLED_APPS = [*INSTALLED_APPS, "cms.mailbox"]
MAILBOX_DIR = VAR_DIR / "mail"
