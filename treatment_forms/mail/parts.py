"""One file as a part of a mail, under a name that survives the way."""

import re
from collections.abc import Mapping
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from pathlib import PurePosixPath
from urllib.parse import quote

from treatment_forms.answers import show_name
from treatment_forms.files.names import get_extension, tidy
from treatment_forms.files.sniffing import DICOM, DOCX, TEXT, XLSX, ZIP

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/heic": ("heic",),
    "image/heif": ("heif",),
    "application/pdf": ("pdf",),
    DICOM: ("dcm",),
    ZIP: ("zip",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    TEXT: ("txt",),
}
"""Resend drops, without a word, a mail with a file whose extension is not its type's."""

KNOWN = frozenset({"jpe", "jfif", "text"}.union(*EXTENSIONS.values()))

# These garble other letters.
ASCII_ONLY = frozenset({"Brevo", "SendinBlue"})

UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|;\ufffd]')  # in some header, or on some disk
MAX_QUOTED = (
    700  # a line of a mail has 998 letters at most, and nothing breaks a long name (RFC 5322)
)


def get_name(name: str, media_type: str, *, position: int, provider: str) -> str:
    """What the mail calls a file: its own name, made to agree with what the file is."""
    stem, extension = _split(tidy(UNSAFE.sub("_", show_name(name))), media_type)
    if provider in ASCII_ONLY and not stem.isascii():
        return f"file-{position}{extension}"
    while len(quote(stem)) > MAX_QUOTED:
        stem = stem[:-1].rstrip(" .")
    return stem + extension


def _split(name: str, media_type: str) -> tuple[str, str]:
    """Stem, and the extension with its dot. "IM.1" has none: scanners number their pictures."""
    good, claimed = EXTENSIONS.get(media_type, ()), get_extension(name)
    if claimed in good or not good:
        suffix = PurePosixPath(name).suffix
        return name.removesuffix(suffix), suffix
    stem = name.removesuffix(PurePosixPath(name).suffix) if claimed in KNOWN else name
    return stem, f".{good[0]}"


def is_sendable(media_type: str, content: bytes) -> bool:
    """Text travels as UTF-8, or a provider makes another text of it; it stays linked otherwise."""
    if media_type != TEXT:
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def make_part(name: str, media_type: str, content: bytes) -> MIMEBase:
    """In base64 whatever it is: line ends of a text stay as they are, and its size is known."""
    part = MIMEBase(*media_type.split("/", 1))
    if media_type == TEXT:
        part.set_param("charset", "utf-8")
    part.set_payload(content)
    encode_base64(part)
    filename = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part
