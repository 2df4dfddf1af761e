"""Choices as editors write them: a line for each, `key|Label`, or only the label at first.

The key is what is stored and sent, the same in every language; the label is what is read.
"""

import re
from collections.abc import Container

from anyascii import anyascii
from django.utils.text import slugify

KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,49}")


def parse(text: str) -> dict[str, str]:
    """Labels by key, in the written order; a line without a key gets the one it would be given."""
    choices: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, bar, label = (part.strip() for part in line.partition("|"))
        if not (bar and label and KEY.fullmatch(key)):
            key, label = "", line
        if not key or key in choices:
            key = make_key(label, choices)
        choices[key] = label
    return choices


def write(choices: dict[str, str]) -> str:
    return "\n".join(f"{key}|{label}" for key, label in choices.items())


def make_key(label: str, taken: Container[str] = ()) -> str:
    """A key made of the label, numbered when there is one like it."""
    stem = slugify(anyascii(label)).replace("-", "_")[:46].strip("_") or "option"
    numbers = (stem if number == 1 else f"{stem}_{number}" for number in range(1, 1000))
    return next(key for key in numbers if key not in taken)
