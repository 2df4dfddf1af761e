"""Members of staff for the desk, with rights given one by one: no site's groups are known here."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client

from treatment_forms.models import FormAccess

VIEW = "treatment_forms.view_submission"
DOWNLOAD = "treatment_forms.download_attachment"
RELEASE = "treatment_forms.release_attachment"
ADMIN = "wagtailadmin.access_admin"


def make_staff(name: str, *rights: str, forms: tuple[UUID, ...] = ()) -> Any:
    """Somebody who may enter the admin, with these rights, and access to these forms."""
    group, _is_new = Group.objects.get_or_create(name=name)
    for right in (ADMIN, *rights):
        app, _, codename = right.partition(".")
        found = Permission.objects.filter(content_type__app_label=app, codename=codename)
        group.permissions.add(*found)
    for form_key in forms:
        FormAccess.objects.get_or_create(form_key=form_key, group=group)
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "password")
    user.groups.add(group)
    return user


def log_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
