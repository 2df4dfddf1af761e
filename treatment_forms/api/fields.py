"""Answers in JSON as the visitor's form understands them: the fields of a posted form."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from treatment_forms.api.strict_json import Numeral
from treatment_forms.forms import FormSpec, VisitorForm

YES_OR_NO = frozenset({"checkbox", "consent"})
COUNTRY = "-country"  # of a telephone number


def make_fields(answers: Mapping[str, Any]) -> QueryDict:
    """What a browser would have sent; `find_misfits` must have found nothing."""
    fields = QueryDict(mutable=True)
    for key, value in answers.items():
        if value is True:
            fields[key] = "on"
        elif isinstance(value, list):
            fields.setlist(key, value)
        elif value is not None and value is not False:
            fields[key] = str(value)
    return fields


def find_misfits(spec: FormSpec, answers: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Answers that the form does not ask for, or of another JSON type than it asks for.

    Not left aside in silence: somebody wrote them, and thinks that they will be read.
    """
    kinds = {row.clean_name: row.field_type for row in spec.rows if row.field_type != "files"}
    phones = [key for key, kind in kinds.items() if kind == "phone"]
    kinds.update({f"{key}{COUNTRY}": "country" for key in phones})
    for key, value in answers.items():
        if key not in kinds:
            text = _("This form does not ask for this. Please load the form again.")
            yield {"field": key, "code": "unknown", "detail": text}
        elif not _fits(kinds[key], value):
            text = _("This answer is of another kind than the form asks for.")
            yield {"field": key, "code": "type", "detail": text}


def _fits(kind: str, value: Any) -> bool:
    if value is None:
        return True
    if kind in YES_OR_NO:
        return isinstance(value, bool)
    if kind == "checkboxes":
        return isinstance(value, list)
    is_number = isinstance(value, int | Numeral) and not isinstance(value, bool)
    if kind == "number":
        return is_number or isinstance(value, str)
    return isinstance(value, str) and not is_number


def list_errors(form: VisitorForm) -> Iterator[dict[str, str]]:
    """What is wrong with the answers of a bound form, with codes that never change."""
    for key, errors in form.errors.as_data().items():
        for error in errors:
            for text in error.messages:
                yield {"field": key, "code": error.code or "invalid", "detail": str(text)}
