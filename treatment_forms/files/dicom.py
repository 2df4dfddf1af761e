"""DICOM: pictures from scanners, with their data set."""

import io
import warnings
import zlib

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.filereader import read_dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from treatment_forms.files import pdf
from treatment_forms.files.refusals import Damaged
from treatment_forms.files.room import Room

LONG_VALUE = 4096  # bytes; longer values are measured, not read
UNKNOWN_LENGTH = 0xFFFFFFFF
META_AT = 132  # behind the preamble and its mark


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """The data set is parsed to its end; pixels are not decoded.

    Their codecs (JPEG 2000, JPEG-LS, RLE) are many and old, and a picture that only a radiology
    program shows would teach us nothing when it is unpacked.
    """
    size = measure(data, room)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="End of file")
        dataset = pydicom.dcmread(io.BytesIO(data), defer_size=LONG_VALUE)
    if not len(dataset):
        raise Damaged("nothing but its head")
    if "SOPClassUID" not in dataset and "MediaStorageSOPClassUID" not in dataset.file_meta:
        raise Damaged("no kind of object")
    check_ends(dataset, size)
    if "EncapsulatedDocument" in dataset:
        inspect_document(data, room)


def measure(data: bytes, room: Room) -> int:
    """How long the data set is; one transfer syntax packs it, and its unpacking is counted."""
    file = io.BytesIO(data)
    file.seek(META_AT)
    meta = read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != 2)
    if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return len(data)
    unpacker, packed, size = zlib.decompressobj(-zlib.MAX_WBITS), data[file.tell() :], 0
    while packed and not unpacker.eof:
        count = len(unpacker.decompress(packed, 1024 * 1024))
        packed, size = unpacker.unconsumed_tail, size + count
        room.take_bytes(count)
    return size


def check_ends(dataset: FileDataset, size: int) -> None:
    """A value that was measured may end behind the end of a file that was cut."""
    for element in dataset.values():
        if not isinstance(element, RawDataElement) or element.length == UNKNOWN_LENGTH:
            continue
        if element.value_tell + element.length > size:
            raise Damaged("cut")


def inspect_document(data: bytes, room: Room) -> None:
    """Reports come as a PDF in a DICOM file."""
    dataset = pydicom.dcmread(io.BytesIO(data), specific_tags=["EncapsulatedDocument"])
    document = bytes(dataset.EncapsulatedDocument)
    if document.startswith(b"%PDF-"):
        with room.inside():
            pdf.inspect(document, "application/pdf", room)
