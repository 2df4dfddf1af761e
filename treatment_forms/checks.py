"""House rules that a host could forget, told by `manage.py check` with a hint."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, reverse

from treatment_forms import conf

OURS = "treatment_forms.middleware.FormPostMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
IMMEDIATE = "django_tasks.backends.immediate.ImmediateBackend"  # also where nothing is set
# So many digits that no date is too far and no sum too big.
RATE = re.compile(r"[1-9]\d{0,8}/[1-9]\d{0,4}[smhd]")


@register(Tags.security)
def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    order = list(settings.MIDDLEWARE)
    if OURS in order and (CSRF not in order or order.index(OURS) < order.index(CSRF)):
        return []
    return [
        Error(
            "FormPostMiddleware is missing, or stands behind CsrfViewMiddleware.",
            hint=f"Put {OURS!r} before {CSRF!r} in MIDDLEWARE; otherwise every request is refused.",
            id="treatment_forms.E001",
        )
    ]


@register(Tags.security)
def check_storage(**kwargs: Any) -> list[CheckMessage]:
    alias = conf.get("STORAGE")
    if alias not in settings.STORAGES:
        return [
            Error(
                f"STORAGES has no {alias!r}: the files of patients have no place.",
                hint="Add a private storage that no address serves.",
                id="treatment_forms.E002",
            )
        ]
    location = settings.STORAGES[alias].get("OPTIONS", {}).get("location")
    if location and is_public(Path(location)):
        return [
            Error(
                f"The storage {alias!r} lies in a folder that is served to everybody.",
                hint="Choose a location outside MEDIA_ROOT and STATIC_ROOT.",
                id="treatment_forms.E003",
            )
        ]
    return []


def is_public(location: Path) -> bool:
    served = [Path(root).resolve() for root in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if root]
    return any(location.resolve().is_relative_to(root) for root in served)


@register()
def check_rates(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"TREATMENT_FORMS[{name!r}] is no rate.",
            hint="Write <count>/<number><s|m|h|d>, like 10/10m.",
            id="treatment_forms.E004",
        )
        for name in conf.RATES
        if not RATE.fullmatch(str(conf.get(name)))
    ]


@register()
def check_addresses(**kwargs: Any) -> list[CheckMessage]:
    try:
        reverse("treatment_forms:status", args=["TR-0000-0000:x"])
    except NoReverseMatch:
        return [
            Error(
                "The addresses that mails and the thanks page lead to are not mounted.",
                hint='Add path("requests/", include("treatment_forms.urls")) to your URLs.',
                id="treatment_forms.E007",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_scanner(**kwargs: Any) -> list[CheckMessage]:
    if conf.get("CLAMD_URL"):
        return []
    return [
        checks.Warning(
            "There is no virus scanner: no file of a patient can be opened.",
            hint="Set TREATMENT_FORMS['CLAMD_URL'], like tcp://127.0.0.1:3310.",
            id="treatment_forms.W005",
        )
    ]


@register(Tags.security, deploy=True)
def check_queue(**kwargs: Any) -> list[CheckMessage]:
    backend = getattr(settings, "TASKS", {}).get("default", {}).get("BACKEND", IMMEDIATE)
    if backend != IMMEDIATE:
        return []
    return [
        checks.Warning(
            "Tasks run inside the request: a visitor waits for the mail server and the scanner.",
            hint="Choose a task backend with a worker in TASKS, like django_tasks_db.",
            id="treatment_forms.W006",
        )
    ]
