"""File names: what the sender called a file, made fit to be shown and saved again."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 150
JOINERS = "\u200c\u200d"  # Persian words and family emoji are written with these
INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def tidy(name: str) -> str:
    """The name without path, control and direction characters, never empty, never too long.

    Letters of every script stay. The extension survives the cut, because people tell
    a scan from a letter by it.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(char for char in name if is_visible(char))
    name = re.sub(r"\s+", " ", name).strip(" .") or "file"
    if len(name) <= MAX_LENGTH:
        return name
    extension = PurePosixPath(name).suffix[:20]
    return name[: MAX_LENGTH - len(extension)].rstrip(" .") + extension


def is_visible(char: str) -> bool:
    return char in JOINERS or unicodedata.category(char) not in INVISIBLE


def get_extension(name: str) -> str:
    """In lower case, without its dot; empty where there is none."""
    return PurePosixPath(name).suffix.lower().lstrip(".")
