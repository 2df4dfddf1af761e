"""Pictures: shown by Pillow as a browser would show them."""

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, ImageFile

from treatment_forms.files.refusals import Damaged
from treatment_forms.files.room import Room

MAX_PIXELS = 250_000_000
MAX_DECODED_PIXELS = {"PNG": 64_000_000, "HEIF": 64_000_000, "WEBP": 32_000_000}
"""More is not unpacked: four bytes each, or sixteen in libwebp, would fill the child's memory."""
MOST_ROWS = 0.9
"""A photo that lost its last bytes is taken when this part of its rows is there."""
MAX_READ_BYTES = 4 * 1024 * 1024
"""Of a JPEG whose end is there: the whole of nearly every photo, in thirty milliseconds."""
UNKNOWN_GREY = 128
"""What libjpeg paints where the bytes are missing."""

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
SOI, EOI = b"\xff\xd8", b"\xff\xd9"
SOS = 0xDA
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8), 0xFF})

Image.init()  # all plugins now: later the child may open no file, not even a module
Image.MAX_IMAGE_PIXELS = None  # counted here, so that a warning does not decide
pillow_heif.register_heif_opener(thumbnails=False)


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """Let the picture be decoded, whole unless it is very large.

    A JPEG is decoded at an eighth of its size, so that little memory is used.
    """
    kind = FORMATS[media_type]
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the picture before this one may have changed it
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        pixels = picture.width * picture.height
        if not 0 < pixels <= MAX_PIXELS:
            raise Damaged("too many pixels")
        if kind == "PNG":
            picture.verify()  # the sums; it does nothing for the others
    if kind == "JPEG":
        load_jpeg(data)
    elif pixels <= MAX_DECODED_PIXELS[kind]:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            picture.load()
    elif kind == "PNG":
        inflate_png(data)


def load_jpeg(data: bytes) -> None:
    """Phones and messengers cut a byte or two; half a photo is not taken."""
    end = data.find(EOI, find_scan(data))
    read = data if end < 0 else data[:MAX_READ_BYTES]
    is_cut = end < 0 or len(read) < end + len(EOI)
    ImageFile.LOAD_TRUNCATED_IMAGES = is_cut
    with Image.open(io.BytesIO(read), formats=["JPEG"]) as picture:
        picture.draft("L", (1, 1))
        picture.load()
        rows = count_rows(picture) if is_cut else picture.height
        if not rows or (end < 0 and rows < picture.height * MOST_ROWS):
            raise Damaged("cut")


def count_rows(picture: Image.Image) -> int:
    """How many rows were read before the bytes ended."""
    known = picture.point(lambda value: 255 * (value != UNKNOWN_GREY)).getbbox()
    return int(known[3]) if known else 0


def find_scan(data: bytes) -> int:
    """Where the pixels begin, past the metadata with its own little pictures.

    Source: ITU-T T.81 annex B. In pixels FF is always followed by 00 or a restart marker, so the
    next FF D9 is the end of the picture, whatever a phone appended.
    """
    at = len(SOI)
    while data[at : at + 1] == b"\xff" and data[at + 1] != SOS:
        marker = data[at + 1]
        at += 1 if marker == 0xFF else 2
        if marker not in STANDALONE:
            at += int.from_bytes(data[at : at + 2], "big")
    at = data.find(bytes([0xFF, SOS]), at)  # careless cameras leave rubbish between the markers
    if at < 0:
        raise Damaged("no pixels")
    return at


def inflate_png(data: bytes) -> None:
    """Read the pixels of a huge picture without keeping them; `verify` has checked the sums."""
    unpacker, size = zlib.decompressobj(), 0
    for chunk in iterate_pixels(data):
        while chunk and not unpacker.eof:
            size += len(unpacker.decompress(chunk, 1024 * 1024))
            chunk = unpacker.unconsumed_tail
    if size < measure_png(data):
        raise Damaged("pixels are missing")


def measure_png(data: bytes) -> int:
    """How many bytes the rows have at least. Source: PNG specification, sections 7.2 and 11.2.1."""
    width, height, depth, colours = struct.unpack_from(">IIBB", data, 16)
    bits: int = width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    return int(height) * (1 + (bits + 7) // 8)


def iterate_pixels(data: bytes) -> Iterator[bytes]:
    """Source: PNG specification, section 5.3: length, type, data, checksum."""
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            yield data[at + 8 : at + 8 + length]
        at += length + 12
