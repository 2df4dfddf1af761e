import pytest

from tests.treatment_forms.papers import MAIN, judge, lock, outside, write_office, zip_up
from tests.treatment_forms.samples import JPEG
from treatment_forms.files.sniffing import DOCX, XLSX

MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET_BEHIND_A_CHART = {"word/embeddings/Microsoft_Excel_Sheet.xlsx": write_office("xl")}


def declare(kind):
    return f'<Override PartName="/x" ContentType="{kind}"/>'


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (DOCX, write_office()),
        (XLSX, write_office("xl")),
        (DOCX, write_office(parts={"word/media/image1.jpeg": JPEG})),
        (DOCX, write_office(parts=SHEET_BEHIND_A_CHART)),
        (DOCX, write_office(relations=outside("hyperlink", "https://example.org/"))),
        (DOCX, write_office(relations=outside("image", "https://example.org/logo.png"))),
        (XLSX, write_office("xl", relations=outside("externalLinkPath", "prices.xlsx"))),
        (XLSX, write_office("xl", parts={"xl/printerSettings/printerSettings1.bin": bytes(9)})),
        (DOCX, write_office(main=MAIN % ("wordprocessing", "template"))),
        *[
            (DOCX, write_office(relations=outside("attachedTemplate", target)))
            for target in (
                "Normal.dotm",
                "file:///C:\\Users\\Anna\\AppData\\letter.dotx",
                "file:///\\\\HOSPITAL-FS1\\templates\\discharge.dotx",
                "C:/Templates/letter.dot",
                "../letter.dotx",
            )
        ],
    ],
)
def test_letters_and_tables_as_offices_write_them_are_taken(kind, content):
    assert judge(kind, content) == "fine"


@pytest.mark.parametrize(
    "content",
    [
        write_office(parts={"word/vbaProject.bin": b"VBA"}),
        write_office(main=MACRO_MAIN),
        write_office(types=declare("application/vnd.ms-office.vbaProject")),
        write_office(types=declare("application/vnd.ms-excel.macrosheet+xml")),
        write_office(types=declare("application/vnd.ms-office.activeX+xml")),
        write_office(parts={"word/activeX/activeX1.xml": b"<x/>"}),
        write_office(parts={"word/embeddings/oleObject1.bin": b"OLE"}),
        write_office(parts={"word/embeddings/tool.exe": b"MZ"}),
        write_office(parts={"word/chunk.rtf": b"{\\rtf1}"}),
        write_office(
            parts={
                "word/embeddings/a.xlsx": write_office("xl", parts={"xl/vbaProject.bin": b"VBA"})
            }
        ),
        write_office(relations=outside("oleObject", "mhtml:http://example.org/x!x")),
        write_office(relations=outside("frame", "http://example.org/")),
        write_office(relations=outside("subDocument", "file:///C:/a.docx")),
        *[
            write_office(relations=outside("attachedTemplate", target))
            for target in (
                "https://example.org/a.dotm",
                "file://192.0.2.1/share/a.dotm",
                "\\\\files.example.org\\a.dotm",
                "//files.example.org@80/a.dotm",
                "file:////files.example.org/a.dotm",
                "file:///%5C%5Cfiles.example.org%5Ca.dotm",
                "mhtml:a",
            )
        ],
    ],
)
def test_macros_foreign_objects_and_what_is_fetched_from_outside_are_refused(content):
    assert judge(DOCX, content) == "active"


def test_a_password_is_told_and_an_old_document_is_another_type():
    assert judge(DOCX, lock(b"")) == "encrypted"
    assert judge(DOCX, lock(b"").replace(b"E\0n\0c\0", b"e\0n\0c\0")) == "type"


@pytest.mark.parametrize(
    ("kind", "content"),
    [(DOCX, zip_up({"a.txt": b"a"})), (DOCX, write_office("xl")), (XLSX, write_office())],
)
def test_another_document_is_another_type(kind, content):
    assert judge(kind, content) == "type"


@pytest.mark.parametrize(
    "content",
    [
        write_office()[:-40],
        write_office(parts={"word/styles.xml": b"<open>"}),
        write_office(parts={"word/styles.xml": b""}),
        write_office(parts={"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        write_office(types="<open>"),
        write_office(parts={"word/MAIN.xml": b"<w/>"}),
        write_office().replace(b"word/main.xml", b"word/moin.xml"),
    ],
)
def test_broken_parts_are_damaged(content):
    assert judge(DOCX, content) == "damaged"


def test_an_archive_in_a_document_is_refused():
    content = write_office(parts={"word/embeddings/a.docx": zip_up({"a.txt": b"a"})})

    assert judge(DOCX, content) == "type"
