"""The only reader of the environment.

A malformed value stops the process with a message that names its variable: environs does that
for its own types, `named` for those that we parse.
"""

import os
import pkgutil
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
import marshmallow
from anymail import backends as anymail_backends
from environs import Env, EnvError
from marshmallow.validate import And, OneOf, Regexp

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

# Not a secret: it is here so that development settings may use it and production refuse it.
DEVELOPMENT_KEY = "development-only-key-that-production-settings-refuse"

env = Env()

PROVIDERS = sorted(
    {module.name for module in pkgutil.iter_modules(anymail_backends.__path__)}
    - {"base", "base_requests", "console", "test"}
)
is_provider = OneOf(["", *PROVIDERS], error="unknown provider; known are " + ", ".join(PROVIDERS))


def is_url(pattern: str, error: str) -> And:
    """An address of this pattern, or several, whose hosts and ports can be."""

    def require_places(text: str) -> None:
        try:
            ports = [urlsplit(one).port for one in re.split(",(?=http)", text)]
        except ValueError:  # brackets that do not close, a port that is no number or too big
            ports = [0]
        if 0 in ports:
            raise marshmallow.ValidationError(error)

    return And(Regexp(pattern, error=error), require_places)


is_origin = is_url(
    r"^https?://[^/\s?#@]+\Z", error="use http(s)://host or http(s)://host:port, without a path"
)
are_origins = is_url(
    r"^(\*|https?://[^/\s?#@,]+(,https?://[^/\s?#@,]+)*)?\Z",
    error="use *, or http(s)://host with commas between, without paths",
)
is_endpoint = is_url(r"^(|https?://[^/\s?#@]+)\Z", error="use http(s)://host:port, without a path")
is_https = Regexp(r"^https://", error="patients' data need https")
is_redis = is_url(r"^(|rediss?://\S+|unix://\S+)\Z", error="use redis://host:port/number")
is_clamd = is_url(
    r"^(|tcp://[^/:\s]+:\d{1,5}|unix:///\S+)\Z", error="use tcp://host:port or unix:///path"
)
is_word = Regexp(r"^\S+\Z", error="use a value without spaces")
is_base = is_url(r"^https?://[^/\s?#@]+(/[^\s?#]*[^/\s?#])?\Z", error="use http(s)://host/path")
is_translator = OneOf(
    ["", "deepl", "google", "libretranslate"], error="known are deepl, google, libretranslate"
)
is_rate = Regexp(  # so many digits that no date is too far and no sum too big
    r"^[1-9]\d{0,8}/[1-9]\d{0,4}[smhd]\Z", error="use <count>/<number><s|m|h|d>, like 10/10m"
)
is_countries = Regexp(r"^([A-Z]{2}(,[A-Z]{2})*)?\Z", error="use country codes, like DE,FR")
is_bucket = Regexp(r"^(|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\Z", error="not a bucket's name")
is_address = Regexp(
    r"^([^<>\r\n]+ <[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)\Z",
    error="use name@host or Name <name@host>",
)


def named(name: str, default: str, parse: Callable[[str], Any], expected: str) -> Any:
    """Parse the variable's text; an answer of None or an error names it and what it should be."""
    text = env.str(name, "") or default
    try:
        value = parse(text)
    except (ValueError, KeyError, marshmallow.ValidationError):
        value = None
    if value is None:
        raise EnvError(f'Environment variable "{name}" invalid: {expected}')
    return value


def countries(name: str) -> list[str]:
    return env.str(name, "", validate=is_countries).replace(",", " ").split()


def database(default: str) -> dict[str, Any]:
    return dict(
        named("DATABASE_URL", default, parse_database, "use sqlite:///path or postgres://…/name")
    )


def parse_database(url: str) -> dict[str, Any] | None:
    """A relative SQLite path starts at the checkout, wherever the process was started."""
    if not re.match(r"^(sqlite|postgres|postgresql)://", url):
        return None
    config: dict[str, Any] = {**dj_database_url.parse(url)}
    if config["NAME"] in ("", ":memory:"):  # several processes share one database
        return None
    if url.startswith("sqlite"):
        config["NAME"] = str(BASE_DIR / config["NAME"])
    return config


def email(default: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from EMAIL_URL."""
    expected = "use smtp://, smtp+tls:// (with user:password@host:port), file:///path or console://"
    return dict(named("EMAIL_URL", default, parse_email, expected))


def parse_email(url: str) -> dict[str, Any] | None:
    """dj-email-url drops the leading slash of a path and does not know `smtp+tls`."""
    if not re.match(r"^(smtp|smtp\+tls)://[^/]|^file:///.|^console://", url):
        return None
    parsed: dict[str, Any] = {**dj_email_url.parse(url.replace("smtp+tls://", "submission://", 1))}
    if url.startswith("file://"):
        parsed["EMAIL_FILE_PATH"] = "/" + parsed["EMAIL_FILE_PATH"]
    if url.startswith("smtp"):  # Django's own has one timeout; ours 5 s to connect, 30 s to read
        parsed["EMAIL_BACKEND"] = "treatment_forms.mail.smtp.EmailBackend"
    return parsed if parsed["EMAIL_HOST"] or not url.startswith("smtp") else None


def clamd_variables(url: str) -> dict[str, Any]:
    """The same address in django-clamd's own settings; nothing there may fail open."""
    parts = urlsplit(url)
    variables: dict[str, Any] = {"CLAMD_FAIL_BY_DEFAULT": True}
    if parts.scheme == "tcp":
        variables |= {"CLAMD_USE_TCP": True, "CLAMD_TCP_ADDR": parts.hostname}
        variables["CLAMD_TCP_SOCKET"] = parts.port
    elif parts.scheme == "unix":
        variables["CLAMD_SOCKET"] = parts.path
    return variables


def media_origins(bucket: str, domain: str, endpoint: str) -> list[str]:
    """Where a browser loads the public bucket's pictures from, for the content security policy."""
    if domain:
        return [f"https://{domain}"]
    if endpoint:
        scheme, _, host = endpoint.partition("://")
        return [f"{scheme}://{host}", f"{scheme}://{bucket}.{host}"]
    return [f"https://{bucket}.s3.amazonaws.com", "https://s3.amazonaws.com"]


def anymail_variables(esp: str) -> dict[str, str]:
    """Anymail's own variables for one provider: POSTMARK_SERVER_TOKEN, POSTMARK_API_URL, ..."""
    prefix = f"{esp.upper()}_"
    return {name: value for name, value in os.environ.items() if name.startswith(prefix) and esp}


def machine_translator() -> dict[str, Any] | None:
    """wagtail-localize's setting; None, its default, offers editors no machine at all."""
    chosen = env.str("MACHINE_TRANSLATOR", "", validate=is_translator)
    if not chosen:
        return None
    options = {"deepl": deepl, "google": google, "libretranslate": libretranslate}[chosen]()
    return {"CLASS": f"cms.translators.{chosen}.Translator", "OPTIONS": options}


def deepl() -> dict[str, Any]:
    return {"AUTH_KEY": env.str("DEEPL_AUTH_KEY", validate=is_word)}


def libretranslate() -> dict[str, Any]:
    url = env.str("LIBRETRANSLATE_URL", validate=is_base)
    return {"LIBRETRANSLATE_URL": url, "API_KEY": env.str("LIBRETRANSLATE_API_KEY", "")}


def google() -> dict[str, Any]:
    """Its client is no requirement of ours: it is big, and few will want it."""
    expected = "this needs Google's client: pip install google-cloud-translate"
    named("MACHINE_TRANSLATOR", "", lambda _text: find_google(), expected)
    path = named(
        "GOOGLE_CREDENTIALS_PATH", "", existing_file, "use the path of the key's JSON file"
    )
    return {"PROJECT_ID": env.str("GOOGLE_PROJECT_ID", validate=is_word), "CREDENTIALS_PATH": path}


def find_google() -> Any:
    try:
        return find_spec("google.cloud.translate")
    except ModuleNotFoundError:  # not even the package above it
        return None


def existing_file(path: str) -> str | None:
    return path if path and Path(path).is_file() else None
