"""Who writes, reviews and treats, what articles are sorted by, and who may log in."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Locale

from articles.models import Category, Person, Specialty
from cms.groups import ADMINISTRATORS, COORDINATORS, EDITORS, REVIEWERS, set_up_groups
from cms.logins import make_logins
from treatment_forms.models import FormAccess, TreatmentFormPage

CONTENT = Path(__file__).parent / "content"
LOGINS = {
    "administrator": ADMINISTRATORS,
    "editor": EDITORS,
    "reviewer": REVIEWERS,
    "coordinator": COORDINATORS,
}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Cast:
    people: dict[str, Person]
    categories: dict[str, Category]
    specialties: dict[str, Specialty]


def load(locale: Locale) -> Cast:
    rows = read("people")
    people = {
        key: Person.objects.create(name=name, qualification=qualification, locale=locale)
        for key, (name, qualification) in {**rows["writers"], **rows["doctors"]}.items()
    }
    categories = {
        slug: Category.objects.create(slug=slug, name=name, locale=locale)
        for slug, name in rows["categories"].items()
    }
    specialties = {
        slug: Specialty.objects.create(slug=slug, name=name, locale=locale)
        for slug, name in rows["specialties"].items()
    }
    return Cast(people, categories, specialties)


def load_logins(form: TreatmentFormPage) -> None:
    """One login for each group; the passwords are this machine's own and stay on it."""
    set_up_groups()
    passwords = make_logins(settings.LOGINS_FILE, LOGINS)
    for name, group in LOGINS.items():
        user = get_user_model().objects.create_user(name, f"{name}@localhost", passwords[name])
        user.groups.add(Group.objects.get(name=group))
    FormAccess.objects.create(
        form_key=form.translation_key, group=Group.objects.get(name=COORDINATORS)
    )
