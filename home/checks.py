"""House rules of the publishing gate, told to whoever is about to break one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core import checks

from home.publishing.forms import GatedPageForm
from home.publishing.usage import medical_models

GATED = ("save", "publish", "serve", "with_content_json", "publishing_problems")


@checks.register("home")
def check_publishing_gate(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    return [*check_apps(settings.INSTALLED_APPS), *check_middleware(), *check_models()]


def check_apps(installed: Sequence[str]) -> Iterator[checks.CheckMessage]:
    apps = [name.split(".apps.")[0] for name in installed]
    for later in ("wagtail", "wagtail_localize"):
        if later in apps and apps.index("home") > apps.index(later):
            yield checks.Error(
                f"`home` stands behind `{later}` in INSTALLED_APPS.",
                hint="Move `home` before it: its publish_scheduled and its page of translations"
                " to update replace theirs, where one refused page stops all others.",
                id="home.E001",
            )


def check_middleware() -> Iterator[checks.CheckMessage]:
    if "home.middleware.RefusalMiddleware" not in settings.MIDDLEWARE:
        yield checks.Error(
            "RefusalMiddleware is not in MIDDLEWARE.",
            hint="Add `home.middleware.RefusalMiddleware` behind Django's MessageMiddleware:"
            " without it an editor whose page is refused sees a server error.",
            id="home.E002",
        )


def check_models() -> Iterator[checks.CheckMessage]:
    for model in medical_models():
        for name in GATED:
            if not calls_its_parent(model, name):
                yield checks.Error(
                    f"{model.__name__}.{name}() leaves out the publishing gate.",
                    hint=f"Call super().{name}() in it: a medical page could go live without"
                    " its disclaimer.",
                    obj=model,
                    id="home.E003",
                )
        if not issubclass(model.base_form_class, GatedPageForm):
            yield checks.Error(
                f"{model.__name__}.base_form_class is no GatedPageForm.",
                hint="Derive it from home.publishing.forms.GatedPageForm, so that an editor reads"
                " what is missing beside the field that mends it.",
                obj=model,
                id="home.E004",
            )


def calls_its_parent(model: Any, name: str) -> bool:
    """Whether each override below MedicalPage mentions super()."""
    from home.models import MedicalPage  # models import the package this module checks

    below = model.__mro__[: model.__mro__.index(MedicalPage)]
    overrides = [vars(cls)[name] for cls in below if name in vars(cls)]
    return all("super" in getattr(f, "__code__", f).co_names for f in overrides)
