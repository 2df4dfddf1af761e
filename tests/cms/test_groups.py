"""Who may do what, with the groups as the site makes them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage

from cms.groups import (
    ADMINISTRATORS,
    COORDINATORS,
    EDITORS,
    REVIEW,
    REVIEWERS,
    RIGHTS,
    get_permissions,
    set_up_groups,
)
from home.models import Disclaimer
from tests.cast import log_in
from tests.factories import get_home

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def groups(kept_rows: Any) -> Iterator[None]:
    with kept_rows():
        set_up_groups()
        yield


def join(group: str) -> Any:
    user = get_user_model().objects.create_user(f"member of {group}")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group in RIGHTS for name in RIGHTS[group].models]
)
def test_every_right_in_the_table_exists(group: str, name: str) -> None:
    assert get_permissions([name]), f"{group} is to get {name}, which no model has"


@pytest.mark.parametrize(
    ("group", "edits", "publishes"),
    [
        (EDITORS, True, True),
        (REVIEWERS, True, True),
        (ADMINISTRATORS, True, True),
        (COORDINATORS, False, False),
    ],
)
def test_pages_are_for_those_who_write_and_review(group: str, edits: bool, publishes: bool) -> None:
    rights = get_home().permissions_for_user(join(group))

    assert (rights.can_edit(), rights.can_publish()) == (edits, publishes)


@pytest.mark.parametrize(
    ("group", "drafts", "publishes", "deletes"),
    [
        (EDITORS, True, False, False),
        (REVIEWERS, True, True, False),
        (ADMINISTRATORS, True, True, True),
        (COORDINATORS, False, False, False),
    ],
)
def test_only_a_reviewer_or_administrator_makes_a_disclaimer_count(
    group: str, drafts: bool, publishes: bool, deletes: bool
) -> None:
    user = join(group)

    assert user.has_perm("home.change_disclaimer") is drafts
    assert user.has_perm("home.publish_disclaimer") is publishes
    assert user.has_perm("home.delete_disclaimer") is deletes


@pytest.mark.parametrize("group", [EDITORS, REVIEWERS, ADMINISTRATORS])
def test_patients_requests_are_for_coordinators_only(group: str) -> None:
    assert not join(group).has_perm("treatment_forms.view_submission")
    assert join(COORDINATORS).has_perm("treatment_forms.view_submission")


@pytest.mark.parametrize("group", list(RIGHTS))
def test_every_group_may_enter_the_admin(group: str) -> None:
    assert log_in(join(group)).get("/admin/").status_code == 200


def test_a_medical_reviewer_approves_pages_and_the_disclaimer() -> None:
    workflow = Workflow.objects.get(name=REVIEW)

    [task] = workflow.tasks
    assert [group.name for group in task.specific.groups.all()] == [REVIEWERS]
    assert WorkflowPage.objects.get(page=Page.get_first_root_node()).workflow == workflow
    assert Disclaimer.objects.get().get_workflow() == workflow
    assert not Group.objects.filter(name="Moderators").exists()


def test_setting_up_again_changes_nothing_and_takes_nothing_away() -> None:
    group = Group.objects.get(name=EDITORS)
    group.permissions.add(*get_permissions(["home.delete_disclaimer"]))
    before = describe()

    call_command("set_up_groups")

    assert describe() == before


def describe() -> Any:
    return (
        sorted(Group.objects.values_list("name", "permissions", "page_permissions")),
        list(Workflow.objects.values_list("name", flat=True)),
        list(GroupApprovalTask.objects.values_list("name", "groups")),
    )
