"""House rules that a person could forget, each with what to do about it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError


@register(Tags.security)
def check_attachments_are_private(**kwargs: Any) -> list[CheckMessage]:
    """Whatever lies in the public folder or bucket can be had by whoever guesses its name."""
    public, private = (settings.STORAGES[name]["OPTIONS"] for name in ("default", "attachments"))
    same_bucket = "bucket_name" in private and private["bucket_name"] == public.get("bucket_name")
    if same_bucket or (
        {"location"} <= private.keys() & public.keys()
        and Path(private["location"]).is_relative_to(public["location"])
    ):
        return [
            Error(
                "Patients' files would lie among the public pictures.",
                hint="Give ATTACHMENTS_BUCKET_NAME a bucket of its own.",
                id="cms.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_mail_leaves(**kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.split(".")[-2] not in {"filebased", "console", "locmem", "dummy"}:
        return []
    return [
        Error(
            "Mail is written into a folder or the log instead of being sent.",
            hint="Set EMAIL_URL to smtp:// or smtp+tls://, or set ANYMAIL_ESP.",
            id="cms.E002",
        )
    ]


@register(Tags.security, deploy=True)
def check_mailbox_is_absent(**kwargs: Any) -> list[CheckMessage]:
    if not apps.is_installed("cms.mailbox"):
        return []
    return [
        Error(
            "The development mailbox shows every mail to everybody.",
            hint="Set DJANGO_SETTINGS_MODULE to cms.settings.production.",
            id="cms.E003",
        )
    ]


@register(Tags.database)
def check_no_development_logins(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`migrate` and `check --database default` stop where demo logins would be left behind."""
    if "default" not in (databases or []):
        return []
    names = sorted(find_unusable_logins())
    if not names:
        return []
    return [
        Error(
            f"Logins made under development settings: {', '.join(names)}.",
            hint="Delete them, or give each a new password: manage.py changepassword <name>.",
            id="cms.E004",
        )
    ]


def find_unusable_logins() -> list[str]:
    """Accounts whose password was made by a hasher that these settings do not take."""
    try:
        users = list(get_user_model().objects.values_list("username", "password"))
    except DatabaseError:  # the first migrate: no table yet
        return []
    return [name for name, password in users if is_development_password(password)]


def is_development_password(encoded: str) -> bool:
    try:
        identify_hasher(encoded)
    except ValueError:
        return encoded.startswith("development$")
    return False
