"""What Ninja cannot tell of the uploads' endpoints: tus speaks by headers and bare bytes."""

from typing import Any

from treatment_forms.api import describe, tus

NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**tus.MAX_DIGITS - 1}
TEXT = {"type": "string"}

VERSION = {
    "name": "Tus-Resumable",
    "in": "header",
    "required": True,
    "description": "The version of tus.",
    "schema": {"type": "string", "enum": [tus.VERSION]},
}
LOCALE = {
    "name": "locale",
    "in": "query",
    "required": False,
    "description": "The language of the words in answers. `Location` keeps it.",
    "schema": TEXT,
}
LENGTH = {
    "name": "Upload-Length",
    "in": "header",
    "required": True,
    "description": "How many bytes the whole file has.",
    "schema": {**NUMBER, "minimum": 1},
}
METADATA = {
    "name": "Upload-Metadata",
    "in": "header",
    "required": True,
    "description": (
        "`filename` and `form`, the form's `key`, each with its value in base64: "
        "`filename eC5wZGY=,form SWpF…`."
    ),
    "schema": TEXT,
}
OFFSET = {
    "name": "Upload-Offset",
    "in": "header",
    "required": True,
    "description": "Where these bytes belong: as far as the upload has come.",
    "schema": NUMBER,
}
METHOD = {
    "name": "X-HTTP-Method-Override",
    "in": "header",
    "required": True,
    "description": "What is meant, with the headers of that method.",
    "schema": {"type": "string", "enum": ["HEAD", "PATCH", "DELETE"]},
}
FACTS = {
    "Upload-Offset": {"description": "How many bytes are here.", "schema": NUMBER},
    "Upload-Length": {"description": "How many there will be.", "schema": NUMBER},
    "Upload-Expires": {"description": "When it is thrown away (an HTTP date).", "schema": TEXT},
    "Upload-Verdict": {
        "description": (
            "Only of a file that is whole, passed and can be sent: `clean`, `not_yet` or "
            "`unscannable`. A request may take it whatever stands here."
        ),
        "schema": TEXT,
    },
}
LOCATION = {"description": "The upload's address, without a host.", "schema": TEXT}
NAME = {"description": "`filename` with its value in base64.", "schema": TEXT}

CREATION_ERRORS = describe.errors(400, 403, 411, 412, 413, 415, 422, 423, 429)
LOOK_ERRORS = describe.errors(410, 412, 423)
BYTES_ERRORS = describe.errors(400, 403, 409, 411, 412, 413, 415, 422, 423)
END_ERRORS = describe.errors(412)
OVERRIDE_ERRORS = describe.errors(400, 403, 405, 409, 410, 411, 412, 413, 415, 422, 423)


def body(*, is_required: bool) -> dict[str, Any]:
    content = {tus.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
    return {"required": is_required, "content": content}


CREATION = {
    "parameters": [VERSION, LOCALE, LENGTH, METADATA],
    "requestBody": body(is_required=False),
    "responses": {201: {"headers": {**FACTS, "Location": LOCATION}}},
}
LOOK = {
    "parameters": [VERSION, LOCALE],
    "responses": {200: {"headers": {**FACTS, "Upload-Metadata": NAME}}},
}
BYTES = {
    "parameters": [VERSION, LOCALE, OFFSET],
    "requestBody": body(is_required=True),
    "responses": {204: {"headers": FACTS}},
}
END = {"parameters": [VERSION, LOCALE]}
OVERRIDE = {
    "parameters": [VERSION, LOCALE, METHOD, {**OFFSET, "required": False, "schema": TEXT}],
    "requestBody": body(is_required=False),
    "responses": {200: {"headers": FACTS}, 204: {"headers": FACTS}},
}
