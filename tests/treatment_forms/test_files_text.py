import pytest

from tests.treatment_forms.papers import judge

KIND = "text/plain"
RUSSIAN, ARABIC = "Анализ крови: норма\r\n", "تقرير طبي\n"


@pytest.mark.parametrize(
    "content",
    [
        b"a",
        RUSSIAN.encode(),
        RUSSIAN.encode("utf-8-sig"),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("koi8-r"),
        RUSSIAN.encode("cp866"),
        RUSSIAN.encode("utf-16"),
        RUSSIAN.encode("utf-16-be").join([b"\xfe\xff", b""]),
        ARABIC.encode(),
        ARABIC.encode("cp1256"),
        b"Column\tColumn\x0cpage two\x1a",
        b"<3 my doctor said <b>rest</b>",
    ],
)
def test_text_in_the_encodings_of_patients_is_taken(content):
    assert judge(KIND, content) == "fine"


@pytest.mark.parametrize(
    "content",
    [
        b"text" * 9000 + b"\0",
        b"text\x07",
        b"\xff\xfe\0",
        b"\xff\xfe" + b"\0\xd8" * 20,
        b"\xff\xfea\0\1\0",
        b"#!/bin/sh\nrm",
        b" \r\n<!DOCTYPE HTML><p>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        "<html>".encode("utf-16"),
        b"<?php system(1);",
        b"{\\rtf1 }",
    ],
)
def test_what_only_calls_itself_text_is_another_type(content):
    assert judge(KIND, content) == "type"
