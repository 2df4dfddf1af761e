"""A server on the internet. No default for anything whose default would be a hole."""

from environs import EnvError
from marshmallow.validate import And, ContainsNoneOf, Length, NoneOf

from cms.settings import env as read
from cms.settings.base import *  # noqa: F403  (a settings file is its base, and more)
from cms.settings.base import ANYMAIL, ANYMAIL_ESP, HAS_MAIL, TRUSTED_PROXIES
from cms.settings.env import DEVELOPMENT_KEY, env

if env.bool("DEBUG", False):
    raise EnvError('Environment variable "DEBUG" invalid: it shows the inside to strangers')
if not HAS_MAIL:
    raise EnvError('Environment variable "EMAIL_URL" not set, nor "ANYMAIL_ESP": no mail leaves')
if ANYMAIL_ESP and not ANYMAIL["WEBHOOK_SECRET"]:
    raise EnvError('Environment variable "ANYMAIL_WEBHOOK_SECRET" not set')

SECRET_KEY = env.str("SECRET_KEY", validate=And(Length(min=50), NoneOf([DEVELOPMENT_KEY])))
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", validate=And(Length(min=1), ContainsNoneOf([""])))
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", validate=And(Length(min=1), ContainsNoneOf(["*", ""]))
)
CLAMD_URL = env.str("CLAMD_URL", validate=And(Length(min=1), read.is_clamd))
SITE_URL = env.str("SITE_URL", validate=And(read.is_origin, read.is_https))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", validate=read.is_address)

CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
