"""The fields that a new form begins with; the editor's to change."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page

from treatment_forms import choices
from treatment_forms.languages import get_both_names
from treatment_forms.models.fields import TreatmentFormField


def default_fields(*, clinics: Page | None = None) -> list[TreatmentFormField]:
    """Unsaved fields in the active language: `page.fields = default_fields(clinics=section)`.

    Args:
        clinics: the page below which the clinics are; without it their list is empty until
            an editor chooses one.
    """
    rows = _write_fields(clinics)
    return [
        TreatmentFormField(clean_name=key, field_type=kind, label=label, sort_order=order, **more)
        for order, (key, kind, label, more) in enumerate(rows)
    ]


def _write_fields(clinics: Page | None) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        ("patient", "radio", _("Who is the patient?"), {"choices": choices.write(_patients())}),
        ("full_name", "singleline", _("Full name"), {}),
        ("email", "email", _("E-mail"), {}),
        (
            "phone",
            "phone",
            _("Telephone"),
            {"required": False, "help_text": _("If we may also call or write by messenger.")},
        ),
        ("country", "country", _("Country of residence"), {}),
        (
            "language",
            "dropdown",
            _("Preferred language"),
            {"choices": choices.write(_languages())},
        ),
        (
            "clinic",
            "page",
            _("Clinic"),
            {
                "required": False,
                "choose_from": clinics,
                "help_text": _("Leave this open if you would like our advice."),
            },
        ),
        (
            "topic",
            "dropdown",
            _("What is your request about?"),
            {"choices": choices.write(_topics())},
        ),
        (
            "message",
            "multiline",
            _("Your message"),
            {"help_text": _("The diagnosis if there is one, what was done so far, what you need.")},
        ),
        ("files", "files", _("Attach file"), {"required": False}),
        ("consent", "consent", _("I agree to the use of this information"), _consent()),
    ]


def _patients() -> dict[str, str]:
    return {
        "myself": _("Myself"),
        "child": _("My child"),
        "other": _("Someone else, who gave me authority to share this information"),
    }


def _languages() -> dict[str, str]:
    """The site's; of a site that never chose any, Django lists a hundred."""
    if len(settings.LANGUAGES) >= 20:
        return {"en": _("English")}
    return {code: get_both_names(code, str(name)) for code, name in settings.LANGUAGES}


def _topics() -> dict[str, str]:
    return {
        "treatment": _("Treatment"),
        "second_opinion": _("Second opinion"),
        "diagnosis": _("Examination and diagnosis"),
        "rehabilitation": _("Rehabilitation"),
        "cost": _("Cost estimate"),
        "other": _("Something else"),
    }


def _consent() -> dict[str, Any]:
    return {
        "help_text": _(
            "I am the patient, or the parent or guardian of the child, or I have the patient’s "
            "authority to share this information. I agree that the answers and files in this "
            "request, including those about health, are used to answer it and are passed to the "
            "clinic that I choose. I can withdraw this consent at any time."
        )
    }
