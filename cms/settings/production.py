"""A server on the internet. No default for anything whose default would be a hole."""

from marshmallow.validate import Length, NoneOf

from cms.settings.base import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.base import SITE_URL
from cms.settings.env import env

SECRET_KEY = env.str("SECRET_KEY", validate=Length(min=50))
FIELD_KEYS = env.list("FIELD_KEYS", validate=Length(min=1))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", validate=[Length(min=1), NoneOf([["*"]])])
CLAMD_URL = env.str("CLAMD_URL", validate=Length(min=1))

CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
