"""Who of the site's people may do what in the desk: a door opens, or is not there."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cms.groups import ADMINISTRATORS, COORDINATORS, EDITORS, REVIEWERS, set_up_groups
from tests.cast import log_in
from tests.treatment_forms.rows import (
    FORM_KEY,
    NOON,
    make_attachment,
    make_delivery,
    make_submission,
)
from treatment_forms.models import Alarm, Delivery, FileLink, FormAccess, Submission
from treatment_forms.services import links
from treatment_forms.states import DeliveryState, State, Verdict

pytestmark = pytest.mark.django_db

CAST = {  # name: group, and whether it was given access to the form
    "coordinator with access": (COORDINATORS, True),
    "coordinator without": (COORDINATORS, False),
    "editor": (EDITORS, True),
    "reviewer": (REVIEWERS, True),
    "administrator": (ADMINISTRATORS, True),
}
ALLOWED = "coordinator with access"
# Each action: its method, the name of its address, and what it answers to who may.
ACTIONS = {
    "list": ("get", "list", 200),
    "read": ("get", "request", 200),
    "download": ("get", "file", 200),
    "release": ("post", "release", 302),
    "mark as spam": ("post", "spam", 302),
    "no spam": ("post", "no_spam", 302),
    "revoke a link": ("post", "revoke", 302),
    "send again": ("post", "resend", 302),
    "clear an alarm": ("post", "clear_alarm", 302),
}


@pytest.fixture(autouse=True)
def _no_worker(settings: Any, tmp_path: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "CLAMD_URL": ""}
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def join(name: str) -> Client:
    """Log in as this one of the cast; a group is in the list of access even where it gives none."""
    group_name, has_access = CAST[name]
    set_up_groups()
    group = Group.objects.get(name=group_name)
    form_key = FORM_KEY if has_access else uuid4()
    FormAccess.objects.create(form_key=form_key, group=group)
    user = get_user_model().objects.create_user(name)
    user.groups.add(group)
    return log_in(user)


def make_doors(action: str) -> tuple[str, dict[str, Any]]:
    """The address of the action about a request for which it can be done, and its arguments."""
    status = State.SPAM if action == "no_spam" else State.RECEIVED
    submission = make_submission(status=status)
    verdict = Verdict.UNSCANNABLE if action == "release" else Verdict.CLEAN
    make_attachment(submission, verdict=verdict)
    mail = make_delivery(submission, state=DeliveryState.DEAD, due_at=None)
    links.get_or_make(mail, NOON)
    kind = Alarm.Kind.DELIVERY_DEAD
    alarm = Alarm.objects.create(kind=kind, submission=submission, raised_at=NOON)
    reference = submission.reference
    return f"treatment_forms_desk:{action}", {
        "list": {},
        "request": {"reference": reference},
        "file": {"reference": reference, "position": 1},
        "release": {"reference": reference, "position": 1},
        "spam": {"reference": reference},
        "no_spam": {"reference": reference},
        "revoke": {"reference": reference, "link_id": FileLink.objects.get().pk},
        "resend": {"reference": reference, "delivery_id": mail.pk},
        "clear_alarm": {"alarm_id": alarm.pk},
    }[action]


def look() -> Any:
    """Everything that an action could change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Submission, FileLink, Alarm, Delivery)
    ] + [list(one.events.values_list("kind")) for one in Submission.objects.all()]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", CAST)
def test_each_may_do_what_the_table_says(action: str, name: str) -> None:
    method, door, answer = ACTIONS[action]
    view, arguments = make_doors(door)
    client, before = join(name), look()
    sent = {"reason": "I know its sender well."}

    response = getattr(client, method)(reverse(view, kwargs=arguments), sent)

    has_desk = action == "list" and name == "coordinator without"  # an empty one
    assert response.status_code == (answer if name == ALLOWED or has_desk else 404)
    if name != ALLOWED:
        assert look() == before
        assert not has_desk or Submission.objects.get().reference not in response.content.decode()
    elif method == "post":
        assert look() != before


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_without_a_login_has_a_desk(action: str) -> None:
    method, door, _answer = ACTIONS[action]
    view, arguments = make_doors(door)
    before = look()

    response = getattr(Client(), method)(reverse(view, kwargs=arguments))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("wagtailadmin_login"))
    assert look() == before
