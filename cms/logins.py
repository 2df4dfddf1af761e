"""Logins for a newcomer's machine, and why a server on the internet does not take them."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class DevelopmentHasher(PBKDF2PasswordHasher):
    """Marks every password that was made under development settings.

    Production settings do not list this hasher, so that such a password opens nothing there,
    wherever the database came from.
    """

    algorithm = "development"


def load_logins(path: Path) -> dict[str, str]:
    logins: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return logins


def make_logins(path: Path, usernames: Iterable[str]) -> dict[str, str]:
    """A password for each name, made once and kept in a file that only its owner can read."""
    known = load_logins(path)
    logins = {name: known.get(name) or secrets.token_urlsafe(12) for name in usernames}
    if logins != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(json.dumps(logins, indent=2) + "\n")
    return logins
