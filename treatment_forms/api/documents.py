"""Whether a JSON document is of the shape that an endpoint asks for."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import ValidationError

from treatment_forms.api.problems import Problem
from treatment_forms.api.schemas import Strict

StrictT = TypeVar("StrictT", bound=Strict)
CODES = {"missing": "required", "extra_forbidden": "unknown"}
DEPTH_OF_AN_ANSWER = 2  # what lies deeper are the types that it may be of


def read_document(kind: type[StrictT], document: dict[str, Any]) -> StrictT:
    """
    Raises:
        Problem: with a pointer to each member that does not fit; never with its value.
    """
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise invalid(list(_list_misfits(error))) from None


def invalid(errors: list[dict[str, Any]], **more: Any) -> Problem:
    text = _("Please mend what is named here, and send the request again.")
    return Problem(422, "invalid", text, errors=errors, **more)


def _list_misfits(error: ValidationError) -> Iterator[dict[str, Any]]:
    told = set()
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        place = one["loc"][:DEPTH_OF_AN_ANSWER] if one["loc"][:1] == ("answers",) else one["loc"]
        if place in told:
            continue
        told.add(place)
        code = CODES.get(one["type"], "type")
        text = _("This is missing, or is not what is asked for here.")
        yield {"pointer": _point(place), "code": code, "detail": text}


def _point(place: tuple[Any, ...]) -> str:
    """RFC 6901."""
    names = (str(one).replace("~", "~0").replace("/", "~1") for one in place)
    return "".join(f"/{name}" for name in names)
