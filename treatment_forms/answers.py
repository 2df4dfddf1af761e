"""Answers as people read them: a request's snapshot of the form gives each its label.

A snapshot is a list of fields as this visitor saw them:
`{"key", "kind", "label", "choices": {key: label}, "in_mail"}`; all but `key` may be absent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from treatment_forms.formfields import get_countries

# Controls, separators and the marks that turn the direction of what follows: a name that holds
# them could pretend to end in another extension, or break the line it stands in.
_DECEIVING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Answer:
    key: str
    kind: str
    label: str
    text: str
    is_for_mail: bool


def read_answers(snapshot: list[dict[str, Any]], answers: dict[str, Any]) -> Iterator[Answer]:
    """Each answer in the form's order; then those whose field the snapshot does not know."""
    known = {field["key"]: field for field in snapshot}
    for key in [*known, *(key for key in answers if key not in known)]:
        field = known.get(key, {"key": key})
        if key in answers:
            yield Answer(
                key=key,
                kind=field.get("kind", ""),
                label=field.get("label") or key,
                text=_read(answers[key], _get_labels(field)),
                is_for_mail=field.get("in_mail") is True,
            )


def _get_labels(field: dict[str, Any]) -> dict[str, str]:
    """Countries are the same in every form: a snapshot does not repeat two hundred names."""
    return dict(get_countries()) if field.get("kind") == "country" else field.get("choices") or {}


def _read(value: Any, choices: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_read(one, choices) for one in value)
    if value is None:
        return ""
    return str(choices.get(str(value), value))


def get_topic_label(snapshot: list[dict[str, Any]], topic: str) -> str:
    """The label of the answer to the field `topic`, or its key where nothing labels it."""
    fields = (field for field in snapshot if field["key"] == "topic")
    labels = (field.get("choices") or {} for field in fields)
    return str(next(labels, {}).get(topic, topic))


def get_email(snapshot: list[dict[str, Any]], answers: dict[str, Any]) -> str | None:
    """The visitor's address: the first valid answer to a field of the e-mail kind."""
    for field in snapshot:
        address = answers.get(field["key"])
        if field.get("kind") == "email" and isinstance(address, str) and _is_email(address):
            return address
    return None


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def show_name(name: str) -> str:
    """A file's name on one line, in the order in which it is written."""
    return _DECEIVING.sub("\N{REPLACEMENT CHARACTER}", name)
