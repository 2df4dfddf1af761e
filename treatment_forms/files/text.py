"""Plain text in any of the encodings that patients' programs write."""

import codecs
import re

from treatment_forms.files.refusals import WrongType
from treatment_forms.files.room import Room
from treatment_forms.files.sniffing import TEXT_CONTROLS

NO_CONTROLS = bytes(set(range(256)) - TEXT_CONTROLS)
CONTROL = re.compile("[" + re.escape("".join(map(chr, sorted(TEXT_CONTROLS)))) + "]")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What a browser or a shell would run, had it another name.
DISGUISES = (
    "#!", "<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<svg", "<?php",
    "{\\rtf", "%!ps",
)  # fmt: skip


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """No control characters to its end, and no page, script or program called a text.

    Which of the many encodings with one byte a letter it has is not asked: all of them show.
    """
    if data.startswith(UTF_16):
        beginning = check_utf_16(data)
    else:
        if data.translate(None, NO_CONTROLS):
            raise WrongType("control characters")
        beginning = data[:200].removeprefix(codecs.BOM_UTF8).decode("latin-1")
    if beginning.lstrip().lower().startswith(DISGUISES):
        raise WrongType("a page or a script")


def check_utf_16(data: bytes) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise WrongType("not the text that it says") from error
    if CONTROL.search(text):
        raise WrongType("control characters")
    return text[:200]
