import io
import struct
import zlib

import pytest
from PIL import Image

from tests.treatment_forms.papers import FILM, draw, judge, shoot_heic
from tests.treatment_forms.samples import JPEG, PNG

PHOTO = draw("JPEG", (1600, 1200), quality=90)
HEIC = shoot_heic()


def with_thumbnail():
    exif = Image.Exif()
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, "JPEG", exif=exif, comment=JPEG)
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", JPEG),
        ("image/jpeg", draw("JPEG", progressive=True)),
        ("image/jpeg", draw("JPEG", mode="CMYK")),
        ("image/jpeg", draw("JPEG", mode="L")),
        ("image/jpeg", with_thumbnail()),
        ("image/jpeg", PHOTO + FILM),
        ("image/jpeg", PHOTO + bytes(9)),
        ("image/jpeg", PHOTO[:20] + b"\0\0" + PHOTO[20:]),
        ("image/jpeg", PHOTO[:20] + b"\xff\xff" + PHOTO[20:]),
        ("image/jpeg", PHOTO[:-2]),
        ("image/jpeg", PHOTO[:-200]),
        ("image/png", PNG),
        ("image/png", PNG + b"behind the end"),
        ("image/png", draw("PNG", mode="P")),
        ("image/png", draw("PNG", mode="I;16")),
        ("image/webp", draw("WEBP")),
        ("image/webp", draw("WEBP", lossless=True)),
        ("image/heic", HEIC),
        ("image/heic", HEIC + FILM),
    ],
)
def test_pictures_from_phones_and_messengers_are_taken(kind, content):
    assert judge(kind, content) == "fine"


def test_pages_of_several_pictures_are_taken():
    written = io.BytesIO()
    first, second = Image.new("RGB", (64, 64), "teal"), Image.new("RGB", (64, 64), "red")
    first.save(written, "MPO", save_all=True, append_images=[second])

    assert judge("image/jpeg", written.getvalue()) == "fine"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", PHOTO[: len(PHOTO) // 2]),
        ("image/jpeg", PHOTO[:600]),
        ("image/jpeg", JPEG[:20] + bytes(500)),
        ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100)),
        ("image/jpeg", b"\xff\xd8\xff"),
        ("image/png", draw("PNG")[:-3000]),
        ("image/png", PNG.replace(b"IDAT", b"IDAX")),
        ("image/png", PNG[:40] + b"\0" + PNG[41:]),
        ("image/webp", draw("WEBP")[:-3000]),
        ("image/heic", HEIC[: len(HEIC) // 2]),
        ("image/heic", HEIC[:32] + bytes(300)),
    ],
)
def test_what_cannot_be_shown_is_damaged(kind, content):
    assert judge(kind, content) == "damaged"


def test_of_a_very_long_photo_the_beginning_is_read_and_the_end_is_looked_for(monkeypatch):
    monkeypatch.setattr("treatment_forms.files.images.MAX_READ_BYTES", len(PHOTO) // 4)

    assert judge("image/jpeg", PHOTO + FILM) == "fine"
    assert judge("image/jpeg", PHOTO[: len(PHOTO) // 2]) == "damaged"
    assert judge("image/jpeg", PHOTO[:-2]) == "fine"


def test_half_a_photo_says_nothing_of_the_next_picture():
    judge("image/jpeg", PHOTO[:-2])

    assert judge("image/heic", HEIC[: len(HEIC) // 2]) == "damaged"


def test_a_black_picture_that_lost_its_end_is_not_taken_for_half_a_picture():
    written = io.BytesIO()
    Image.new("L", (800, 800), 0).save(written, "JPEG")

    assert judge("image/jpeg", written.getvalue()[:-2]) == "fine"


def claim_size(width, height):
    """A small picture that says it is a large one."""
    head = b"IHDR" + struct.pack(">II", width, height) + PNG[24:29]
    return PNG[:12] + head + struct.pack(">I", zlib.crc32(head)) + PNG[33:]


def test_pixels_are_counted_before_they_are_unpacked():
    assert judge("image/png", claim_size(50_000, 50_000)) == "damaged"
    assert judge("image/png", claim_size(4_000_000_000, 1)) == "damaged"


def test_a_large_picture_is_read_to_its_end_without_being_kept(monkeypatch):
    monkeypatch.setattr("treatment_forms.files.images.MAX_DECODED_PIXELS", {"PNG": 100})
    content = draw("PNG")
    last = content.rindex(b"IDAT") - 4

    assert judge("image/png", content) == "fine"
    assert judge("image/png", draw("PNG", mode="1")) == "fine"
    assert judge("image/png", content[:last] + content[-12:]) == "damaged"
    assert judge("image/png", claim_size(40, 40)) == "damaged"
