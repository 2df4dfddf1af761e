"""What is true everywhere. Other files only add or switch off."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from marshmallow.validate import Range

from cms.settings import env as read
from cms.settings.env import VAR_DIR, env

BASE_DIR = read.BASE_DIR
VAR_DIR.mkdir(exist_ok=True)
MIB = 1024 * 1024

DEBUG = False
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=Range(min=1, max=65535))
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}", validate=read.is_origin)

INSTALLED_APPS = [
    "cms",
    "cms.delivery",
    "cms.finding",
    "home",  # before wagtail: its publish_scheduled replaces Wagtail's
    "articles",
    "treatment_forms",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.typed_table_block",
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
    "django_filters",
    "django_countries",
    "phonenumber_field",
    "anymail",
    "django_clamd",
    "django_tasks",
    "django_tasks_db",
    "django_tasks_rq",
    "django_rq",
    "csp",
    "ninja",  # its own copy of what the API's pages show: nothing from elsewhere
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "cms.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cms.api.shortcut.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "treatment_forms.middleware.FormPostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "home.middleware.RefusalMiddleware",
    "home.privacy.PrivacyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "home.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------

DATABASES = {"default": read.database(default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # IMMEDIATE takes the write lock at BEGIN; without it 30 parallel posts gave 18-23 times
    # "database is locked", with it none. FULL: what a visitor was told is received survives a power
    # cut; under NORMAL the last commits before it do not.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # Whoever closes the last connection writes the whole log back and waits for the disk.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

REDIS_URL = env.str("REDIS_URL", "", validate=read.is_redis)
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "cms.cache.PatientRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}
if not REDIS_URL:
    # Wagtail stores every rendition it found in this cache, on every request. In the database
    # cache that made a write of each read; without one the renditions are one query more.
    CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks_rq.RQBackend" if REDIS_URL else "django_tasks_db.DatabaseBackend"
        ),
    }
}
RQ_QUEUES = {"default": {"URL": REDIS_URL or "redis://127.0.0.1:6379/0"}}

# --- Files ----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_MANIFEST_STRICT = False  # a style sheet that was not collected is no reason for a 500
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cms.styles.BundleFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"


AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", "", validate=read.is_endpoint)
MEDIA_BUCKET = env.str("AWS_STORAGE_BUCKET_NAME", "", validate=read.is_bucket)
ATTACHMENTS_BUCKET = env.str("ATTACHMENTS_BUCKET_NAME", "", validate=read.is_bucket)
AWS_S3_CUSTOM_DOMAIN = env.str("AWS_S3_CUSTOM_DOMAIN", "")


def bucket(name: str, **options: Any) -> dict[str, Any]:
    connection = {
        "bucket_name": name,
        "endpoint_url": AWS_S3_ENDPOINT_URL or None,
        "region_name": env.str("AWS_S3_REGION_NAME", None),
        "access_key": env.str("AWS_ACCESS_KEY_ID", None),
        "secret_key": env.str("AWS_SECRET_ACCESS_KEY", None),
        "file_overwrite": False,
        "max_memory_size": 1024 * 1024,  # 0, the default, holds a file whole, however big
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**connection, **options}}


def folder(name: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / name, **options},
    }


STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        bucket(MEDIA_BUCKET, querystring_auth=False, custom_domain=AWS_S3_CUSTOM_DOMAIN or None)
        if MEDIA_BUCKET
        else folder("media", base_url=MEDIA_URL)
    ),
    # Patients' papers: a bucket (or folder) of their own that nothing serves by address.
    "attachments": (
        bucket(ATTACHMENTS_BUCKET)
        if ATTACHMENTS_BUCKET
        else folder("attachments", file_permissions_mode=0o600, directory_permissions_mode=0o700)
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's editor posts thousands for a long page

# --- Languages ------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("ru", _("Russian")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "cms.formats"
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "UTC"
# Submitting a live page would publish its untranslated text at once.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = read.machine_translator()

# --- Mail -----------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", "noreply@localhost", validate=read.is_address
)
ANYMAIL_ESP = env.str("ANYMAIL_ESP", "", validate=read.is_provider)
ANYMAIL = {
    **read.anymail_variables(ANYMAIL_ESP),
    "WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET", None),
    "REQUESTS_TIMEOUT": (5, 30),  # connect, read
}
HAS_MAIL = bool(ANYMAIL_ESP or env.str("EMAIL_URL", ""))
EMAIL_FILE_PATH = ""
if ANYMAIL_ESP:
    EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_ESP}.EmailBackend"
else:
    vars().update(read.email(default=f"file://{VAR_DIR / 'mail'}"))

# --- Security -------------------------------------------------------------------------

SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"  # under no-referrer browsers post forms with Origin: null
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=Range(min=0))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Visitors' pages load nothing from elsewhere (the site's own bucket is no elsewhere) and run no
# inline script.
MEDIA_ORIGINS = (
    read.media_origins(MEDIA_BUCKET, AWS_S3_CUSTOM_DOMAIN, AWS_S3_ENDPOINT_URL)
    if MEDIA_BUCKET
    else []
)
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),  # Wagtail's editor needs inline scripts and styles
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *MEDIA_ORIGINS],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    },
}

# --- Wagtail --------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Marus Media"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "home.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "txt"]
WAGTAIL_ENABLE_UPDATE_CHECK = False  # it calls outside
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # so does this
WAGTAIL_AUTOSAVE_INTERVAL = 3000  # ms; a save costs about a hundred queries
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FRONTEND_LOGIN_URL = "wagtailadmin_login"  # private pages are for staff
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}  # its pages set cookies
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
if not IS_SQLITE:  # "russian" stems Russian and English; Arabic is matched as it stands
    WAGTAILSEARCH_BACKENDS["default"]["SEARCH_CONFIG"] = "russian"

# --- The API --------------------------------------------------------------------------

# Web pages of these origins may read the API; apps need no leave. `*` is all of them.
API_ORIGINS = [
    origin for origin in env.str("API_ORIGINS", "", validate=read.are_origins).split(",") if origin
]

# --- The request form -----------------------------------------------------------------

CLAMD_URL = env.str("CLAMD_URL", "", validate=read.is_clamd)
vars().update(read.clamd_variables(CLAMD_URL))
TREATMENT_FORMS = {
    "MAX_FILE_BYTES": 10 * MIB,
    "CLAMD_URL": CLAMD_URL,
    "BASE_URL": SITE_URL,
    "WAKE_QUEUE": bool(REDIS_URL),
    "PUBLIC_PAGES": "home.privacy.public",  # also what is private in another language
    "TRUSTED_PROXIES": TRUSTED_PROXIES,
    "RATE_SUBMISSIONS": env.str("RATE_SUBMISSIONS", "10/10m", validate=read.is_rate),
    "RATE_UPLOAD_MB": env.str("RATE_UPLOAD_MB", "500/1h", validate=read.is_rate),
    "RETENTION_DAYS_FILES": env.int("RETENTION_DAYS_FILES", 30, validate=Range(min=1)),
    "RETENTION_DAYS_DATA": env.int("RETENTION_DAYS_DATA", 180, validate=Range(min=1)),
    "RETENTION_MAX_DAYS": env.int("RETENTION_MAX_DAYS", 365, validate=Range(min=1)),
    "CLOSED_COUNTRIES": [
        code
        for code in env.str("CLOSED_COUNTRIES", "", validate=read.is_countries).split(",")
        if code
    ],
}
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

# Whether pages may rest on approvals that came with the demo content (never in production).
ACCEPT_DEMO_APPROVALS = False

# --- Logs: references and ids only, never what a visitor wrote ------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "cms.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s%(request)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "warnings": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # not twice, and not by mail
        "wagtail": {"level": "WARNING"},  # who edited what is kept in the database
        # So is each task; by its handler, because db_worker sets the logger's level itself.
        "django_tasks": {"handlers": ["warnings"], "propagate": False},
    },
}
