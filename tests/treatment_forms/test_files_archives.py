import stat
import struct
import zipfile

import pytest
from pikepdf import Encryption

from tests.treatment_forms.papers import JS, STUDY, judge, write_office, write_pdf, zip_up
from tests.treatment_forms.samples import JPEG, PDF, make_dicom
from treatment_forms.files import child
from treatment_forms.files.room import Room
from treatment_forms.files.sniffing import ZIP

LOCK = Encryption(owner="laboratory", user="secret")
LETTER = {"letter.txt": b"Dear doctor"}


def entry(name, *, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


@pytest.fixture
def room_for(monkeypatch):
    """As if so many bytes were the most."""
    return lambda size: monkeypatch.setattr(child, "Room", lambda: Room(bytes_left=size))


def patch_directory(content, place, value):
    """Write into the first entry of the directory."""
    at = content.index(b"PK\1\2") + place
    return content[:at] + value + content[at + len(value) :]


@pytest.mark.parametrize(
    "content",
    [
        zip_up(STUDY),
        zip_up(LETTER, zipfile.ZIP_STORED),
        zip_up({"папка/снимок 1.jpg": JPEG, "👩\u200d⚕️.pdf": PDF}),
        zip_up({f"IM{number:04}": make_dicom() for number in range(300)}),
        zip_up({"data.csv": b"a;b", "notes.md": b"# Notes", "list.json": b"[]", "LOCKFILE": b""}),
        zip_up({"12:30.jpg": JPEG}),
        zip_up(LETTER) + b"behind the end",
        patch_directory(zip_up(LETTER), 38, bytes(4)),  # a system that keeps no rights
    ],
)
def test_documents_pictures_and_whole_studies_are_taken(content):
    assert judge(ZIP, content) == "fine"


@pytest.mark.parametrize(
    "members",
    [
        {"../letter.txt": b"a"},
        {"a/../../letter.txt": b"a"},
        {"/etc/letter.txt": b"a"},
        {"..\\letter.txt": b"a"},
        {"C:\\letter.txt": b"a"},
        {entry("link.txt", mode=stat.S_IFLNK | 0o777): b"/etc/passwd"},
        {entry("pipe.txt", mode=stat.S_IFIFO | 0o777): b"a"},
        {"inner.zip": zip_up(LETTER)},
        {"photo.jpg": zip_up(LETTER)},
        {"inner": zip_up(LETTER)},
        {"inner.rar": b"Rar!\x1a\7\0" + bytes(99)},
        {"inner.7z": b"7z\xbc\xaf\x27\x1c" + bytes(99)},
        {"inner.tar.gz": b"\x1f\x8b\x08" + bytes(99)},
        {"viewer.exe": b"MZ" + bytes(99)},
        {"photo.jpg": b"MZ" + bytes(99)},
        {"run.bat": b"del *"},
        {"autorun.inf": b"[autorun]"},
        {"index.html": b"<html>"},
        {"index": b"<html>"},
        {"index.xml": b"<html>"},
        {"data.bin": bytes(range(256))},
        {"letter.docx": zip_up(LETTER)},
        {f"{number}.txt": b"a" for number in range(2001)},
    ],
)
def test_what_leaves_its_folder_hides_or_runs_is_refused(members):
    assert judge(ZIP, zip_up({**LETTER, **members})) == "archive"


@pytest.mark.parametrize("members", [{}, {"empty/": b""}])
def test_an_archive_without_files_is_refused(members):
    assert judge(ZIP, zip_up(members)) == "archive"


def test_two_thousand_members_are_the_most():
    assert judge(ZIP, zip_up({f"{number}.txt": b"a" for number in range(2000)})) == "fine"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_kinds_of_packing_are_refused(method):
    assert judge(ZIP, zip_up(LETTER, method)) == "archive"


def test_a_password_is_told():
    content = zip_up(LETTER)

    assert judge(ZIP, patch_directory(content, 8, b"\1\0")) == "encrypted"
    assert judge(ZIP, zip_up({"letter.pdf": write_pdf(encryption=LOCK)})) == "encrypted"


@pytest.mark.parametrize(
    ("member", "fault"),
    [
        ({"photo.jpg": JPEG[:100]}, "damaged"),
        ({"report.pdf": PDF[:60]}, "damaged"),
        ({"report.pdf": write_pdf(lambda one: setattr(one.Root, "OpenAction", JS))}, "active"),
        ({"letter.docx": write_office(parts={"word/vbaProject.bin": b"VBA"})}, "active"),
    ],
)
def test_each_member_is_looked_at_as_if_it_had_come_alone(member, fault):
    assert judge(ZIP, zip_up({**LETTER, **member})) == fault


@pytest.mark.parametrize(
    "content",
    [
        zip_up(LETTER)[:-30],
        zip_up(STUDY)[: len(zip_up(STUDY)) // 2],
        zip_up(LETTER, zipfile.ZIP_STORED).replace(b"Dear doctor", b"Dear Doctor"),
        b"PK\3\4" + bytes(100),
    ],
)
def test_what_does_not_unpack_is_damaged(content):
    assert judge(ZIP, content) == "damaged"


def test_a_lie_about_its_size_does_not_help_a_bomb(room_for):
    content = zip_up({"zeros.txt": b" " * 50_000})

    room_for(40_000)

    assert judge(ZIP, content) == "archive"
    assert judge(ZIP, patch_directory(content, 24, struct.pack("<I", 100))) == "damaged"


def test_all_members_together_are_counted(room_for):
    content = zip_up({f"{number}.txt": b" " * 9000 for number in range(10)})

    room_for(95_000)
    assert judge(ZIP, content) == "fine"

    room_for(85_000)
    assert judge(ZIP, content) == "archive"


def test_documents_in_an_archive_share_its_room(room_for):
    letter = write_office(parts={"word/theme.xml": b"<t>" + b" " * 50_000 + b"</t>"})

    room_for(50_000)

    assert judge(ZIP, zip_up({"letter.docx": letter})) == "archive"


def test_members_that_share_their_bytes_are_refused():
    content = zip_up({"a.txt": b"a" * 500, "b.txt": b"b"})
    second = content.index(b"PK\1\2", content.index(b"PK\1\2") + 1)

    overlapping = content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]

    assert judge(ZIP, overlapping) == "archive"
