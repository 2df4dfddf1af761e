import io
import zipfile

import pytest
from PIL import Image

from treatment_forms.files.sniffing import (
    DICOM,
    DOCX,
    HEAD_BYTES,
    OLD_OFFICE,
    PDF,
    TEXT,
    XLSX,
    ZIP,
    sniff,
)


def make_picture(kind):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, kind)
    return content.getvalue()[:HEAD_BYTES]


def make_zip(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, f"<x>{name}</x>" * 40)
    return content.getvalue()[:HEAD_BYTES]


WORD = make_zip("[Content_Types].xml", "_rels/.rels", "word/document.xml")
LIBRE_WORD = make_zip("_rels/.rels", "docProps/app.xml", "customXml/a.xml", "word/document.xml")
SHEET = make_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50)
MIF1 = b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(50)
MOTION = make_picture("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(100)
CT = bytes(128) + b"DICM" + bytes(50)
TIFF_CT = b"II*\0" + bytes(124) + b"DICM" + bytes(50)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("photo.jpg", make_picture("JPEG"), "image/jpeg"),
        ("photo.jpg", make_picture("PNG"), "image/png"),
        ("photo.png", make_picture("JPEG"), "image/jpeg"),
        ("photo", make_picture("WEBP"), "image/webp"),
        ("IMG_0001.HEIC", HEIC, "image/heic"),
        ("IMG_0001.jpg", HEIC, "image/heic"),
        ("IMG_0001.heif", MIF1, "image/heif"),
        ("MVIMG_1.jpg", MOTION, "image/jpeg"),
        ("анализ.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("IM000001", CT, DICOM),
        ("1.2.840.113619.2.55", CT, DICOM),
        ("slice.dcm", TIFF_CT, DICOM),
        ("scans.zip", make_zip("a.dcm", "b.dcm"), ZIP),
        ("letter.docx", WORD, DOCX),
        ("letter.docx", LIBRE_WORD, DOCX),
        ("blood.xlsx", SHEET, XLSX),
        ("letter.docx", make_zip("a.txt"), DOCX),
        ("letter.docx", OLD_OFFICE + bytes(500), DOCX),
        ("blood.xlsx", make_zip("xl/media/image1.png"), XLSX),
        ("letter", WORD, DOCX),
        ("blood", SHEET, XLSX),
        ("scans", make_zip("a.dcm"), ZIP),
        ("report.pdf", b"\xef\xbb\xbf\r\n%PDF-1.4\n", PDF),
        ("IMG0001.img", CT, DICOM),
        ("old.txt", b"DOS\r\n\x1a", TEXT),
        ("letter.txt", "Здравствуйте\r\n".encode(), TEXT),
        ("letter.txt", "Здравствуйте".encode("cp1251"), TEXT),
        ("letter.txt", "Здравствуйте".encode("utf-16"), TEXT),
    ],
)
def test_what_patients_send_is_known_by_its_bytes(name, head, kind):
    assert sniff(head, name) == kind


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("setup.exe", b"MZ" + bytes(200)),
        ("photo.jpg", b"MZ" + bytes(200)),
        ("photo.jpg", b"Hello"),
        ("report.pdf", make_picture("PNG")),
        ("photo.jpg", b"%PDF-1.7\n"),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("run.sh", b"#!/bin/sh\necho"),
        ("letter.docm", WORD),
        ("letter.doc", OLD_OFFICE + bytes(500)),
        ("photo.heif", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + bytes(50)),
        ("slice.exe", CT),
        ("slice.html", CT),
        ("film.mp4", b"\0\0\0\x18ftypmp42" + bytes(100)),
        ("photo.avif", b"\0\0\0\x18ftypavif" + bytes(100)),
        ("archive.rar", b"Rar!\x1a\x07\0" + bytes(100)),
        ("picture.gif", make_picture("GIF")),
        ("data.txt", b"text\0with zeros"),
        ("data.bin", bytes(range(256))),
        ("slice.dcm", b"#!/bin/sh\n" + bytes(118) + b"DICM" + bytes(50)),
        ("slice.dcm", b"MZ" + bytes(126) + b"DICM" + bytes(50)),
    ],
)
def test_what_is_not_on_the_list_or_not_what_it_says_is_nothing(name, head):
    assert sniff(head, name) is None
