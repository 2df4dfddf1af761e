"""What Ninja cannot tell of an endpoint that reads its own body."""

from typing import Any

from treatment_forms.api.schemas import Problem, Strict, inline

KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "A name for this request that the app makes up (a UUID) and sends again with each repeat. "
        "The same key with the same body gets the first answer for 24 hours. After a refusal "
        "nothing was stored, and the key is free for the mended request."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}


def errors(*statuses: int) -> dict[int, Any]:
    """Beside those that every endpoint can end in."""
    return dict.fromkeys(sorted({*statuses, 404, 500, 503}), Problem)


def body(schema: type[Strict]) -> dict[str, Any]:
    """JSON, or a multipart body with the same JSON in the part `request` and the files after it."""
    document = inline(schema)
    parts = {
        "type": "object",
        "required": ["request"],
        "properties": {"request": document, "files": FILES},
    }
    content = {
        "application/json": {"schema": document},
        "multipart/form-data": {
            "schema": parts,
            "encoding": {"request": {"contentType": "application/json"}},
        },
    }
    return {
        "parameters": [KEY_HEADER],
        "requestBody": {"required": True, "content": content},
    }
