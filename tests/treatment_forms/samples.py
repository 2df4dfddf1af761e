"""The smallest files that their programs open: every byte is what its format asks for."""

import os
import struct
from base64 import b64decode
from io import BytesIO

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGNkaGhgwAaYsIoOWgkAzIgBEFCQDcoA"
    "AAAASUVORK5CYII="
)
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
    "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI"
    "CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcY"
    "GRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj"
    "pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AK1f"
    "/9k="
)


def write_pdf(*objects: bytes) -> bytes:
    """The first object is the catalogue."""
    content, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return content + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def make_pdf(*, noise: bytes = b"", catalog: bytes = b"", page: bytes = b"") -> bytes:
    """One blank page, with noise that no page shows."""
    return write_pdf(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]%s>>" % page,
        b"<</Length %d>>stream\n%s\nendstream" % (len(noise), noise),
    )


def make_dicom(pixels: bytes = bytes(128), preamble: bytes = bytes(128)) -> bytes:
    """A slice of eight by eight, Explicit VR Little Endian."""
    kind = b"1.2.840.10008.5.1.4.1.1.2\0"
    meta = element(2, 2, b"UI", kind) + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1\0")
    data = element(8, 0x16, b"UI", kind) + element(0x28, 0x10, b"US", struct.pack("<H", 8))
    data += element(0x28, 0x11, b"US", struct.pack("<H", 8))
    long = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, len(pixels)) + pixels
    head = element(2, 0, b"UL", struct.pack("<I", len(meta)))
    return preamble + b"DICM" + head + meta + data + long


def element(group: int, number: int, kind: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sH", group, number, kind, len(value)) + value


def make_scan(size: int) -> bytes:
    """A PDF of exactly so many bytes that nothing can pack."""
    rest = size - len(make_pdf())
    document = make_pdf(noise=os.urandom(rest))
    return make_pdf(noise=os.urandom(rest - (len(document) - size)))


def make_photo(size: int) -> bytes:
    """A JPEG of exactly so many bytes: as much picture as goes, and a film behind it."""
    from PIL import Image

    side = int((size * 1.2) ** 0.5)
    written = BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(written, "JPEG", quality=92)
    photo = written.getvalue()
    return photo + b"\0\0\0\x18ftypmp42" + os.urandom(size - len(photo) - 12)


PDF = make_pdf()
DICOM = make_dicom()
