"""Which parser looks at which type."""

from collections.abc import Callable, Mapping

from treatment_forms.files import archives, dicom, images, office, pdf, text
from treatment_forms.files.refusals import Unpackable
from treatment_forms.files.room import Room
from treatment_forms.files.sniffing import (
    DICOM,
    DOCX,
    HEAD_BYTES,
    PDF,
    PICTURES,
    TEXT,
    XLSX,
    ZIP,
    sniff,
)

Inspector = Callable[[bytes, str, Room], None]

INSPECTORS: Mapping[str, Inspector] = {
    **dict.fromkeys(PICTURES, images.inspect),
    PDF: pdf.inspect,
    DICOM: dicom.inspect,
    ZIP: archives.inspect,
    DOCX: office.inspect,
    XLSX: office.inspect,
    TEXT: text.inspect,
}


def inspect_known(content: bytes, name: str, room: Room) -> None:
    """What lies in a document: a type that we know is looked at, another is left to the scanner."""
    kind = sniff(content[:HEAD_BYTES], name)
    if kind == ZIP:
        raise Unpackable("an archive in a document")
    if kind is not None and kind != TEXT:
        with room.inside():
            INSPECTORS[kind](content, kind, room)
