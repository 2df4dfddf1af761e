"""Each variable of the environment, well and badly written, read by freshly loaded settings."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from environs import EnvError

from tests.checks import PRODUCTION, get_clean_environment

ROOT = Path(__file__).resolve().parents[2]


def read(name: str, **environment: str) -> dict[str, Any]:
    """The settings as a new process with this environment would load them."""
    loaded = {key: module for key, module in sys.modules.items() if is_settings(key)}
    with patch.dict(os.environ, {**get_clean_environment(), **environment}, clear=True):
        for key in loaded:
            del sys.modules[key]
        try:
            return dict(vars(import_module(f"cms.settings.{name}")))
        finally:
            for key in list(sys.modules):
                if is_settings(key):
                    del sys.modules[key]
            sys.modules.update(loaded)


def is_settings(module: str) -> bool:
    return module == "cms.settings" or module.startswith("cms.settings.")


def complain(name: str, environment: dict[str, str]) -> str:
    with pytest.raises(EnvError) as complaint:
        read(name, **environment)
    return str(complaint.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/cms"),
        ("DATABASE_URL", "postgres://db:port/cms"),
        ("DATABASE_URL", "postgres://db"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("CLAMD_URL", "127.0.0.1:3310"),
        ("CLAMD_URL", "tcp://clamd"),
        ("CLAMD_URL", "tcp://clamd:99999"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://host:port"),
        ("EMAIL_URL", "file://var/mail"),
        ("EMAIL_URL", "pigeon://loft"),
        ("ANYMAIL_ESP", "pigeon"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("DEFAULT_FROM_EMAIL", "a@example.org\nBcc: b@example.org"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://cache:number"),
        ("AWS_STORAGE_BUCKET_NAME", "not a bucket"),
        ("AWS_S3_ENDPOINT_URL", "s3.example.org"),
        ("AWS_S3_ENDPOINT_URL", "http://s3.example.org:0"),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "https://www.example.org/en/"),
        ("SITE_URL", "http://www.example.org:99999"),
        ("SITE_URL", "http://[::1"),
        ("DEBUG", "perhaps"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.1"),
        ("PORT", "0"),
        ("PORT", "http"),
        ("RATE_SUBMISSIONS", "10 a minute"),
        ("RATE_UPLOAD_MB", "0/1h"),
        ("RATE_UPLOAD_MB", "1/99999999999d"),
        ("RATE_UPLOAD_MB", "99999999999999999999/1h"),
        ("RETENTION_DAYS_FILES", "0"),
        ("RETENTION_DAYS_DATA", "forever"),
        ("RETENTION_MAX_DAYS", ""),
        ("CLOSED_COUNTRIES", "Germany"),
        ("API_ORIGINS", "app.example.org"),
        ("MACHINE_TRANSLATOR", "babelfish"),
        ("MACHINE_TRANSLATOR", "google"),  # its client is not installed
        ("API_ORIGINS", "https://app.example.org/"),
        ("API_ORIGINS", "https://app.example.org,http://other.example.org:99999"),
    ],
)
def test_a_malformed_value_stops_the_process_and_names_its_variable(name: str, value: str) -> None:
    assert f'"{name}"' in complain("dev", {name: value})


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS", "CLAMD_URL", "SITE_URL", "EMAIL_URL"],
)
def test_production_has_no_default_for_what_it_cannot_do_without(name: str) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    assert f'"{name}"' in complain("production", environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "development-only-key-that-production-settings-refuse"),
        ("FIELD_KEYS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "www.example.org,*"),
        ("DEBUG", "true"),
        ("CLAMD_URL", ""),
        ("SITE_URL", "http://www.example.org"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
    ],
)
def test_production_refuses_what_is_safe_in_development_only(name: str, value: str) -> None:
    assert f'"{name}"' in complain("production", {**PRODUCTION, name: value})


def test_an_esp_in_production_needs_the_secret_of_its_webhooks() -> None:
    complaint = complain("production", {**PRODUCTION, "ANYMAIL_ESP": "postmark"})

    assert '"ANYMAIL_WEBHOOK_SECRET"' in complaint


def test_a_complaint_does_not_repeat_the_secret_in_a_value() -> None:
    environment = {**PRODUCTION, "DATABASE_URL": "mysql://cms:hunter2@db.example.org/cms"}

    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**get_clean_environment(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode != 0
    assert '"DATABASE_URL"' in result.stderr
    assert "hunter2" not in result.stderr


def test_without_any_variable_development_needs_no_service() -> None:
    settings = read("dev")

    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert settings["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert settings["TASKS"]["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"
    assert settings["CACHES"]["default"]["BACKEND"].endswith("DatabaseCache")
    assert settings["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert settings["EMAIL_FILE_PATH"] == str(ROOT / "var" / "mail")
    assert settings["SITE_URL"] == "http://127.0.0.1:8000"
    assert "SEARCH_CONFIG" not in settings["WAGTAILSEARCH_BACKENDS"]["default"]


def test_the_site_address_follows_the_port() -> None:
    assert read("dev", PORT="8123")["SITE_URL"] == "http://127.0.0.1:8123"


def test_services_are_used_where_they_are_named() -> None:
    settings = read(
        "dev",
        DATABASE_URL="postgres://cms:p%40ss@db:5433/cms",
        REDIS_URL="redis://:p,ss@cache:6379/1",
        CLAMD_URL="unix:///run/clamd.ctl",
        EMAIL_URL="smtp+tls://user:p%40ss@smtp.example.org:587",
    )

    assert settings["DATABASES"]["default"]["PASSWORD"] == "p@ss"
    assert settings["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert settings["WAGTAILSEARCH_BACKENDS"]["default"]["SEARCH_CONFIG"] == "russian"
    assert settings["CACHES"]["default"]["BACKEND"] == "cms.cache.PatientRedisCache"
    assert settings["CACHES"]["default"]["LOCATION"] == "redis://:p,ss@cache:6379/1"
    assert settings["TASKS"]["default"]["BACKEND"] == "django_tasks_rq.RQBackend"
    assert settings["CLAMD_SOCKET"] == "/run/clamd.ctl"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("smtp.example.org", 587)
    assert settings["EMAIL_USE_TLS"] is True
    assert settings["EMAIL_HOST_PASSWORD"] == "p@ss"


def test_an_esp_brings_its_own_variables() -> None:
    settings = read(
        "dev",
        ANYMAIL_ESP="postmark",
        POSTMARK_SERVER_TOKEN="token",
        POSTMARK_API_URL="http://127.0.0.1:9/",
        MAILGUN_API_KEY="of another",
    )

    assert settings["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert settings["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "token"
    assert settings["ANYMAIL"]["POSTMARK_API_URL"] == "http://127.0.0.1:9/"
    assert "MAILGUN_API_KEY" not in settings["ANYMAIL"]


def test_two_buckets_keep_pictures_and_patients_papers_apart() -> None:
    settings = read(
        "dev",
        AWS_STORAGE_BUCKET_NAME="pictures",
        ATTACHMENTS_BUCKET_NAME="papers",
        AWS_S3_ENDPOINT_URL="https://s3.example.org",
        AWS_S3_CUSTOM_DOMAIN="media.example.org",
    )
    public, private = (settings["STORAGES"][name]["OPTIONS"] for name in ("default", "attachments"))

    assert (public["bucket_name"], private["bucket_name"]) == ("pictures", "papers")
    assert private.get("custom_domain") is None
    assert private.get("querystring_auth", True) is True
    policy = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]
    assert "https://media.example.org" in policy


def test_attachments_never_lie_under_the_public_folder() -> None:
    storages = read("dev")["STORAGES"]
    private = Path(storages["attachments"]["OPTIONS"]["location"])

    assert not private.is_relative_to(storages["default"]["OPTIONS"]["location"])
    assert storages["attachments"]["OPTIONS"]["file_permissions_mode"] == 0o600


def test_production_trusts_the_forwarded_scheme_only_behind_a_counted_proxy() -> None:
    behind = read("production", **PRODUCTION)
    alone = read("production", **{**PRODUCTION, "TRUSTED_PROXIES": "0"})

    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "SECURE_PROXY_SSL_HEADER" not in alone


def test_production_knows_neither_mailbox_nor_development_passwords_nor_demo_approvals() -> None:
    settings = read("production", **PRODUCTION)

    assert "cms.mailbox" not in settings["INSTALLED_APPS"]
    assert "PASSWORD_HASHERS" not in settings  # Django's own, and no other
    assert settings["ACCEPT_DEMO_APPROVALS"] is False


def test_the_environment_of_the_caller_does_not_leak_into_the_checks() -> None:
    assert not {"DATABASE_URL", "CLAMD_URL", "EMAIL_URL"} & get_clean_environment().keys()
    assert "PATH" in get_clean_environment() or "PATH" not in os.environ


@pytest.mark.parametrize(
    ("chosen", "named", "given"),
    [
        ("deepl", "DEEPL_AUTH_KEY", {}),
        ("deepl", "DEEPL_AUTH_KEY", {"DEEPL_AUTH_KEY": "two words"}),
        ("libretranslate", "LIBRETRANSLATE_URL", {}),
        ("libretranslate", "LIBRETRANSLATE_URL", {"LIBRETRANSLATE_URL": "translate.example"}),
        ("libretranslate", "LIBRETRANSLATE_URL", {"LIBRETRANSLATE_URL": "http://host/"}),
        ("libretranslate", "LIBRETRANSLATE_URL", {"LIBRETRANSLATE_URL": "http://host:99999"}),
    ],
)
def test_a_machine_translator_needs_its_own_variables(chosen: str, named: str, given: Any) -> None:
    assert f'"{named}"' in complain("dev", {"MACHINE_TRANSLATOR": chosen, **given})


def test_there_is_no_machine_translator_unless_one_is_chosen() -> None:
    assert read("dev")["WAGTAILLOCALIZE_MACHINE_TRANSLATOR"] is None
