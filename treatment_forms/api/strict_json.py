"""JSON as RFC 8259 and I-JSON mean it: what two readers could understand in two ways is refused."""

import json
from typing import Any

from treatment_forms.errors import BodyBroken

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 8


class Numeral(str):
    """A number with a fraction or an exponent, as it was written: no digit of it is lost."""


def parse(raw: bytes) -> dict[str, Any]:
    """
    Raises:
        BodyBroken: no UTF-8, no JSON, no object; NaN, a name twice, half a character, too deep.
    """
    try:
        document = json.loads(
            raw.decode(),
            object_pairs_hook=_make_object,
            parse_constant=_refuse,
            parse_float=Numeral,
        )
        json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no character
    except (ValueError, RecursionError) as error:
        raise BodyBroken("no JSON") from error
    if not isinstance(document, dict) or _is_deeper(document, MAX_DEPTH):
        raise BodyBroken("no JSON object")
    return document


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name twice")
    return made


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)
