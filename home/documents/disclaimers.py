"""The disclaimer as a document of its own."""

from typing import Any

from home.documents.context import Context
from home.documents.parts import Disclaimer
from home.documents.richtext import make_rich_text


def build_disclaimer(disclaimer: Any) -> bytes:
    """Its published text in its language, as JSON in UTF-8. Takes a row that may be shown."""
    told = Disclaimer(
        type="disclaimer",
        key=disclaimer.key,
        version=disclaimer.version,
        locale=disclaimer.locale.language_code,
        heading=disclaimer.heading,
        body=make_rich_text(disclaimer.body, Context(disclaimer)),
    )
    return told.model_dump_json().encode()
