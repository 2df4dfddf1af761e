"""What a file is, told from its first bytes; what its sender claims is only compared with it."""

from collections.abc import Mapping

import filetype

from treatment_forms.files.names import get_extension

HEAD_BYTES = 8192

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
    "application/pdf": frozenset({"", "pdf"}),
    ZIP: frozenset({"", "zip"}),
    DOCX: frozenset({"", "docx"}),
    XLSX: frozenset({"", "xlsx"}),
    TEXT: frozenset({"", "txt", "text"}),
}
"""The allow-list. DICOM is absent: scanners name its files by number, so any name will do."""

HEIF_BRANDS: Mapping[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1"), "image/heif"),
}
TIFF = (b"II*\0", b"MM\0*")
OFFICE_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/")
TEXT_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")


def sniff(head: bytes, name: str) -> str | None:
    """The media type, or None when it is not on the list or is not what its name says.

    Args:
        head: the first `HEAD_BYTES` of the file.
        name: a tidy file name; only its extension is looked at.
    """
    kind = tell(head, get_extension(name))
    if kind == DICOM:
        return DICOM
    return kind if kind and get_extension(name) in EXTENSIONS[kind] else None


def tell(head: bytes, extension: str) -> str | None:
    if head[128:132] == b"DICM":
        return DICOM if has_dicom_preamble(head) else None
    if head[4:8] == b"ftyp":
        return HEIF_BRANDS.get(head[8:12])
    kind = filetype.guess_mime(head)
    if kind == "image/apng":
        return "image/png"
    if kind == ZIP:
        return tell_office(head, extension) or ZIP
    if kind in EXTENSIONS:
        return str(kind)
    return TEXT if kind is None and is_text(head) else None


def has_dicom_preamble(head: bytes) -> bool:
    """A script or a program in those 128 bytes would still parse as a valid CT picture."""
    return head[:128] == bytes(128) or head.startswith(TIFF)


def tell_office(head: bytes, extension: str) -> str | None:
    """Writers order the parts of a document as they like, so its name helps to tell."""
    if not any(part in head for part in OFFICE_PARTS):
        return None
    return {"docx": DOCX, "xlsx": XLSX}.get(extension)


def is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16 is what Notepad calls Unicode
    return not TEXT_CONTROLS.intersection(head)
