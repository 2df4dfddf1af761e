"""Pictures that may not be shown: people without their consent, or a licence that has expired."""

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.models import ReferenceIndex

from home.publishing.problem import Problem


def get_forbidden_images() -> dict[str, Any]:
    """The pictures no page may be published with, by primary key as text. Usually none."""
    image_model = apps.get_model("home.SiteImage")
    forbidden = image_model.objects.filter(
        Q(people_consent="missing") | Q(expires_on__lt=timezone.localdate())
    ).only("title", "people_consent", "expires_on")
    return {str(image.pk): image for image in forbidden}


def image_problems(page: Any) -> list[Problem]:
    forbidden = get_forbidden_images()
    if not forbidden:
        return []
    return [problem_with(forbidden[pk], field) for field, pk in get_images(page) if pk in forbidden]


def get_images(page: Any) -> list[tuple[str, str]]:
    """Every picture the page shows, as (field, primary key), without repeats.

    Wagtail's own scanner for its reference index: it knows streams, rich text, child rows.
    """
    content_type = ContentType.objects.get_for_model(apps.get_model("home.SiteImage"))
    found = {
        (content_path.split(".", 1)[0], str(object_id)): None
        for type_id, object_id, _model_path, content_path in (
            ReferenceIndex._extract_references_from_object(page)
        )
        if type_id == content_type.pk
    }
    return list(found)


def problem_with(image: Any, field: str) -> Problem:
    if image.people_consent == "missing":
        return Problem(
            field,
            "image_without_consent",
            _(
                "The picture “%(title)s” shows people who have not agreed to it. Take another"
                " picture, or record the consent with the picture."
            )
            % {"title": image.title},
        )
    return Problem(
        field,
        "image_licence_expired",
        _("The licence of the picture “%(title)s” expired on %(date)s. Take another picture.")
        % {"title": image.title, "date": date_format(image.expires_on)},
    )
