"""The only reader of the environment.

A malformed value stops the process with a message that names its variable (environs does that).
"""

import os
from pathlib import Path
from typing import Any

import dj_email_url
from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

env = Env()


def email_settings(default: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from EMAIL_URL.

    dj-email-url drops the leading slash of a file path and does not know `smtp+tls`.
    """
    url = env.str("EMAIL_URL", "") or default
    parsed = dj_email_url.parse(url.replace("smtp+tls://", "submission://", 1))
    if "EMAIL_BACKEND" not in parsed:
        raise EnvError(
            'Environment variable "EMAIL_URL" invalid: use smtp://, smtp+tls://, file:// or console://'
        )
    if url.startswith("file://"):
        parsed["EMAIL_FILE_PATH"] = "/" + parsed["EMAIL_FILE_PATH"]
    return dict(parsed)


def anymail_variables(esp: str) -> dict[str, str]:
    """Anymail's own variables for one provider: POSTMARK_SERVER_TOKEN, POSTMARK_API_URL, ..."""
    prefix = f"{esp.upper()}_"
    return {name: value for name, value in os.environ.items() if name.startswith(prefix)}
