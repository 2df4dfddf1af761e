"""JSON Schema 2020-12 of a form's answers, made of the very form that judges them."""

from collections.abc import Callable
from typing import Any

from treatment_forms.forms import MAX_LINE, MAX_TEXT, WITH_CHOICES, VisitorForm

Node = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_ADDRESS = 2000
COUNTRY = {"type": "string", "pattern": "^[A-Z]{2}$"}


def text(most: int, **more: Any) -> Callable[[list[str]], Node]:
    return lambda keys: {"type": "string", "maxLength": most, **more}


def one_of(keys: list[str]) -> Node:
    return {"type": "string", "enum": keys}


KINDS: dict[str, Callable[[list[str]], Node]] = {
    "singleline": text(MAX_LINE),
    "hidden": text(MAX_LINE),
    "multiline": text(MAX_TEXT),
    "email": text(320, format="email"),
    "url": text(MAX_ADDRESS, format="uri"),
    "phone": text(40),
    "date": text(10, format="date"),
    "number": lambda keys: {"type": ["number", "string"]},
    "checkbox": lambda keys: {"type": "boolean"},
    "consent": lambda keys: {"type": "boolean"},
    "checkboxes": lambda keys: {
        "type": "array",
        "items": {"enum": keys},
        "uniqueItems": True,
    },
    "country": one_of,
    "page": one_of,
    "dropdown": one_of,
    "radio": one_of,
}
LISTED = WITH_CHOICES | {"country"}


def make_schema(form_class: type[VisitorForm]) -> Node:
    rows = [row for row in form_class.spec.rows if row.field_type != "files"]
    properties = {row.clean_name: describe(row, form_class) for row in rows}
    phones = [row.clean_name for row in rows if row.field_type == "phone"]
    properties.update({f"{key}-country": allow_none(COUNTRY) for key in phones})
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "required": [row.clean_name for row in rows if row.required],
        "additionalProperties": False,
    }


def describe(row: Any, form_class: type[VisitorForm]) -> Node:
    keys = [key for key, _label in list_choices(row, form_class)]
    node = KINDS[row.field_type](keys)
    if row.field_type == "country":
        node["enum"] = [key for key in keys if key not in form_class.spec.closed_countries]
    if not row.required:
        return {"title": row.label, **allow_none(node)}
    return {"title": row.label, **node, **require(node)}


def require(node: Node) -> Node:
    """An empty text, an empty list and a box that is not ticked are no answers."""
    if node["type"] == "boolean":
        return {"const": True}
    if node["type"] == "array":
        return {"minItems": 1}
    return {"minLength": 1} if node["type"] == "string" and "enum" not in node else {}


def allow_none(node: Node) -> Node:
    """What is not asked for may be left out, or be null, or empty."""
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    more = {"enum": [*node["enum"], "", None]} if "enum" in node else {}
    return {**node, **more, "type": [*kinds, "null"]}


def list_choices(row: Any, form_class: type[VisitorForm]) -> list[tuple[str, str]]:
    if row.field_type not in LISTED:
        return []
    choices = form_class.base_fields[row.clean_name].choices
    return [(str(key), str(label)) for key, label in choices if key]
