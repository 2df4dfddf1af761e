"""What patients send, made as their phones, hospitals and offices make it; and what they don't."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image

from tests.treatment_forms.samples import JPEG, PDF, PNG, make_dicom
from treatment_forms.files.child import judge as judge

FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)
JS = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

MAIN = "application/vnd.openxmlformats-officedocument.%sml.%s.main+xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def draw(kind: str, size: tuple[int, int] = (320, 240), mode: str = "RGB", **options: Any) -> bytes:
    written = io.BytesIO()
    Image.effect_noise(size, 40).convert(mode).save(written, kind, **options)
    return written.getvalue()


def shoot_heic(size: tuple[int, int] = (320, 240)) -> bytes:
    written = io.BytesIO()
    pillow_heif.from_pillow(Image.effect_noise(size, 40).convert("RGB")).save(written, quality=50)
    return written.getvalue()


def write_pdf(change: Any = None, *, pages: int = 1, **options: Any) -> bytes:
    """A PDF as qpdf writes it, after `change(document)`."""
    document, written = pikepdf.new(), io.BytesIO()
    for _page in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    document.save(written, **options)
    return written.getvalue()


def zip_up(members: Mapping[Any, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Names may be ZipInfo."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def write_office(
    kind: str = "word",
    *,
    types: str = "",
    relations: str = "",
    parts: Mapping[str, bytes] | None = None,
    main: str = "",
) -> bytes:
    family, name = {"word": ("wordprocessing", "document"), "xl": ("spreadsheet", "sheet")}[kind]
    main = main or MAIN % (family, name)
    return zip_up(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{kind}/main.xml" ContentType="{main}"/>{types}</Types>'.encode(),
            "_rels/.rels": relate("officeDocument", f"{kind}/main.xml", mode="Internal"),
            f"{kind}/main.xml": b"<w><p>Discharge letter</p></w>",
            f"{kind}/_rels/main.xml.rels": f'<Relationships xmlns="{PACKAGE}relationships">'
            f"{relations}</Relationships>".encode(),
            **(parts or {}),
        }
    )


def outside(kind: str, target: str) -> str:
    return f'<Relationship Id="r" Type="{RELATION}{kind}" Target="{target}" TargetMode="External"/>'


def relate(kind: str, target: str, mode: str) -> bytes:
    one = f'<Relationship Id="r" Type="{RELATION}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'<Relationships xmlns="{PACKAGE}relationships">{one}</Relationships>'.encode()


def lock(document: bytes) -> bytes:
    """What Office makes of a document with a password: an old container around the cipher."""
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name + bytes(2000) + document


STUDY = {
    "DICOMDIR": make_dicom(),
    "DICOM/": b"",
    "DICOM/IM000001": make_dicom(),
    "DICOM/IM000002": make_dicom(bytes(512)),
    "README.TXT": b"Hospital No 1",
    "study.xml": b"<?xml version='1.0'?><study/>",
    "preview.jpg": JPEG,
    "report.pdf": PDF,
    "заключение.docx": write_office(),
    "VERSION": b"",
    ".DS_Store": b"\0\0\0\1Bud1",
    "__MACOSX/._report.pdf": b"\0\5\x16\7",
    "scan.png": PNG,
}
