"""Every kind of page and every block becomes a document that is as its schema says."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from home.documents import build, get_kind


def get_validator(schema: Any) -> Draft202012Validator:
    described = schema.model_json_schema(mode="serialization")
    return Draft202012Validator(described, format_checker=Draft202012Validator.FORMAT_CHECKER)


def check(page: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    built = build(page)
    kind = get_kind(page)
    card, body = json.loads(built.card), json.loads(built.body)
    get_validator(kind.card).validate(card)
    get_validator(kind.document).validate(body)
    return card, body
