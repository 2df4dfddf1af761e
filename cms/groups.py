"""Who may do what: the site's four groups, as one table.

Running it again adds what is missing and takes nothing away, so that what an administrator has
given since stays given.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from home.models import Disclaimer

EDITORS = "Editors"
REVIEWERS = "Medical reviewers"
COORDINATORS = "Coordinators"
ADMINISTRATORS = "Administrators"
REVIEW = "Medical review"


@dataclass(frozen=True)
class Rights:
    """What a group is given: on all pages, on all collections, and by model.

    A model permission is `app.codename`; `app.*_model` stands for all that the model has.
    """

    pages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


SNIPPETS = ("articles.*_person", "articles.*_category", "articles.*_specialty")
PICTURES = ("add_image", "change_image", "choose_image")
PAPERS = ("add_document", "change_document", "choose_document")

RIGHTS = {
    # They write and publish pages. The disclaimer they may draft, but not approve.
    EDITORS: Rights(
        pages=("add", "change", "publish", "lock", "unlock"),
        collections=(*PICTURES, *PAPERS),
        models=(
            "wagtailadmin.access_admin",
            "wagtail_localize.submit_translation",
            "wagtailredirects.*_redirect",
            "home.add_disclaimer",
            "home.change_disclaimer",
            "home.view_disclaimer",
            "home.change_sitetexts",
            "articles.view_pagereview",
            *SNIPPETS,
        ),
    ),
    REVIEWERS: Rights(
        pages=("change", "publish", "lock", "unlock"),
        collections=("choose_image", "choose_document"),
        models=(
            "wagtailadmin.access_admin",
            "home.add_disclaimer",
            "home.change_disclaimer",
            "home.view_disclaimer",
            "home.publish_disclaimer",
            "home.lock_disclaimer",
            "home.unlock_disclaimer",
            "articles.*_pagereview",
            "articles.view_person",
        ),
    ),
    # They see requests, of those forms that their group was given, and nothing else. Whoever
    # reads a request can judge whether a file in it is to be trusted, so a release is theirs, too.
    COORDINATORS: Rights(
        models=(
            "wagtailadmin.access_admin",
            "treatment_forms.view_submission",
            "treatment_forms.download_attachment",
            "treatment_forms.release_attachment",
            "treatment_forms.export_submission",
        ),
    ),
    # They run the site and its accounts. Patients' requests are not theirs to read.
    ADMINISTRATORS: Rights(
        pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
        collections=(*PICTURES, *PAPERS),
        models=(
            "wagtailadmin.access_admin",
            "wagtail_localize.submit_translation",
            "auth.*_group",
            "home.*_user",
            "home.*_disclaimer",
            "home.change_sitesettings",
            "home.change_sitetexts",
            "wagtailcore.*_collection",
            "wagtailcore.*_site",
            "wagtailcore.*_locale",
            "wagtailcore.*_workflow",
            "wagtailcore.*_task",
            "wagtailredirects.*_redirect",
            "treatment_forms.*_formaccess",
            *SNIPPETS,
        ),
    ),
}


@transaction.atomic
def set_up_groups() -> None:
    adopt_moderators()
    for name, rights in RIGHTS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*get_permissions(rights.models))
        give_pages(group, rights.pages)
        give_collections(group, rights.collections)
    set_up_review(Group.objects.get(name=REVIEWERS))


def adopt_moderators() -> None:
    """Wagtail's own approvers and their workflow become ours, on a site that has not yet both."""
    for model, old, new in (
        (Group, "Moderators", REVIEWERS),
        (Workflow, "Moderators approval", REVIEW),
        (GroupApprovalTask, "Moderators approval", REVIEW),
    ):
        if not model.objects.filter(name=new).exists():
            model.objects.filter(name=old).update(name=new)


def get_permissions(names: Iterable[str]) -> list[Permission]:
    """The permissions of these names; a misspelt one is missing, and a test says so."""
    wanted = Q(pk__in=[])
    for name in names:
        app, _, codename = name.partition(".")
        pattern = f"^{codename.replace('*', '[a-z]+')}$"
        wanted |= Q(content_type__app_label=app, codename__regex=pattern)
    return list(Permission.objects.filter(wanted))


def give_pages(group: Group, actions: Iterable[str]) -> None:
    root = Page.get_first_root_node()
    for action in actions:
        permission = Permission.objects.get(
            content_type=ContentType.objects.get_for_model(Page), codename=f"{action}_page"
        )
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def give_collections(group: Group, codenames: Iterable[str]) -> None:
    root = Collection.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=codenames
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )


def set_up_review(reviewers: Group) -> None:
    """One workflow for pages and the disclaimer: a medical reviewer approves."""
    workflow, _created = Workflow.objects.get_or_create(name=REVIEW)
    task = GroupApprovalTask.objects.filter(name=REVIEW).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=REVIEW)
    task.groups.add(reviewers)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
    root = Page.get_first_root_node()
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
    WorkflowContentType.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Disclaimer), defaults={"workflow": workflow}
    )
