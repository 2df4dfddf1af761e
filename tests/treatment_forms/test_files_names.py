import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatment_forms.files.names import MAX_LENGTH, get_extension, tidy


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("Анализ крови.pdf", "Анализ крови.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        ("👨\u200d👩\u200d👧.jpg", "👨\u200d👩\u200d👧.jpg"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Anna\\scan.jpg", "scan.jpg"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("a\x00b\r\nc\x7f.txt", "abc.txt"),
        ("  two   words .pdf ", "two words .pdf"),
        ("..", "file"),
        ("/", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_tidied_and_keeps_its_letters(sent, kept):
    assert tidy(sent) == kept


def test_a_long_name_is_cut_before_its_extension():
    name = tidy("ж" * 300 + ".dcm")

    assert len(name) == MAX_LENGTH
    assert name.endswith("ж.dcm")


@given(st.text())
def test_whatever_is_sent_becomes_a_short_visible_name_without_a_path(sent):
    name = tidy(sent)

    assert 0 < len(name) <= MAX_LENGTH
    assert not set(name) & set("/\\")
    assert name == tidy(name)
    assert all(
        unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} and char not in "\u202e\u2066"
        for char in name
    )


@pytest.mark.parametrize(
    ("name", "extension"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("IM0001", "")]
)
def test_the_extension_is_what_follows_the_last_dot(name, extension):
    assert get_extension(name) == extension
