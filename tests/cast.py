"""The people of the tests, with the rights the site's own groups give them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from cms.groups import COORDINATORS, EDITORS, REVIEWERS, set_up_groups


def _make_member(name: str, group: str) -> Any:
    set_up_groups()
    user, _ = get_user_model().objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.org"}
    )
    user.groups.set([Group.objects.get(name=group)])
    return user


def make_editor() -> Any:
    return _make_member("editor", EDITORS)


def make_reviewer() -> Any:
    return _make_member("reviewer", REVIEWERS)


def make_coordinator() -> Any:
    return _make_member("coordinator", COORDINATORS)


def log_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
