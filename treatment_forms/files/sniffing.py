"""What a file is, told from its first bytes; what its sender claims is only compared with it."""

from collections.abc import Mapping

import filetype

from treatment_forms.files.names import get_extension
from treatment_forms.files.programs import RUN

HEAD_BYTES = 8192

PDF = "application/pdf"
DICOM = "application/dicom"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
ZIP = "application/zip"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})

# Phones and messengers name pictures freely (a HEIC called .jpg is a good picture), so any
# picture may carry any picture's extension. Everything else must be what it says.
PICTURE_EXTENSIONS = frozenset({"", "jpg", "jpeg", "jpe", "jfif", "png", "webp", "heic", "heif"})
EXTENSIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(PICTURES, PICTURE_EXTENSIONS),
    PDF: frozenset({"", "pdf"}),
    ZIP: frozenset({"", "zip"}),
    DOCX: frozenset({"", "docx"}),
    XLSX: frozenset({"", "xlsx"}),
    TEXT: frozenset({"", "txt", "text"}),
}
"""The allow-list. DICOM is absent: scanners name its files by number, so any name will do that
no computer would run."""
OFFICE = {"docx": DOCX, "xlsx": XLSX}

HEIF_BRANDS: Mapping[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1"), "image/heif"),
}
TIFF = (b"II*\0", b"MM\0*")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Tab, line ends, form feed, escape, and the Ctrl-Z that DOS put at the end, belong into texts.
TEXT_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1a\x1b")
BEFORE_PDF = b"\xef\xbb\xbf\0\t\r\n "
"""Careless programs write this before a PDF, and every viewer reads over it."""


def sniff(head: bytes, name: str) -> str | None:
    """The media type, or None when it is not on the list or is not what its name says.

    Args:
        head: the first `HEAD_BYTES` of the file.
        name: a tidy file name; only its extension is looked at.
    """
    extension = get_extension(name)
    kind = tell(head, extension)
    if kind == DICOM:
        return None if extension in RUN else DICOM
    return kind if kind and extension in EXTENSIONS[kind] else None


def tell(head: bytes, extension: str) -> str | None:
    if head[128:132] == b"DICM":
        return DICOM if has_dicom_preamble(head) else None
    if head[4:8] == b"ftyp":
        return tell_heif(head)
    if head.lstrip(BEFORE_PDF).startswith(b"%PDF-"):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return OFFICE.get(extension) or tell_office(head, extension)
    if head.startswith(OLD_OFFICE):
        return OFFICE.get(extension)  # what a password makes of a document
    kind = filetype.guess_mime(head)
    if kind == "image/apng":
        return "image/png"
    if kind in EXTENSIONS:
        return str(kind)
    return TEXT if kind is None and is_text(head) else None


def has_dicom_preamble(head: bytes) -> bool:
    """A script or a program in those 128 bytes would still parse as a valid CT picture."""
    return head[:128] == bytes(128) or head.startswith(TIFF)


def tell_heif(head: bytes) -> str | None:
    """By the brand; AVIF shares its general ones and is not on the list."""
    brands = head[: int.from_bytes(head[:4], "big")]
    return None if b"avif" in brands else HEIF_BRANDS.get(head[8:12])


def tell_office(head: bytes, extension: str) -> str:
    """A document that lost its extension is known by its parts."""
    if extension == "" and b"[Content_Types].xml" in head:
        return DOCX if b"word/" in head else XLSX if b"xl/" in head else ZIP
    return ZIP


def is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16 is what Notepad calls Unicode
    return not TEXT_CONTROLS.intersection(head)
