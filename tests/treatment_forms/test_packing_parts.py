"""Files in a mail keep their bytes, and names that every mailbox can show and save."""

import email
import email.policy
import mimetypes

import pytest
from django.core.mail import EmailMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from treatment_forms.files.sniffing import DICOM, DOCX, TEXT
from treatment_forms.mail.parts import EXTENSIONS, MAX_QUOTED, get_name, is_sendable, make_part

PDF = "application/pdf"


def name_for(name, media_type=PDF, *, provider=""):
    return get_name(name, media_type, position=3, provider=provider)


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("report.pdf", PDF, "report.pdf"),
        ("REPORT.PDF", PDF, "REPORT.PDF"),
        ("report", PDF, "report.pdf"),
        ("report.2026", PDF, "report.2026.pdf"),
        ("scan.jpg", "image/heic", "scan.heic"),
        ("scan.jpeg", "image/jpeg", "scan.jpeg"),
        ("scan.jfif", "image/jpeg", "scan.jpg"),
        ("scan.jpg", "image/png", "scan.png"),
        ("IM000123", DICOM, "IM000123.dcm"),
        ("1.2.840.113", DICOM, "1.2.840.113.dcm"),
        ("letter.docx", DOCX, "letter.docx"),
        ("notes.text", TEXT, "notes.txt"),
        ("Снимок 1.pdf", PDF, "Снимок 1.pdf"),
        ('a"b\\c/d:e;f.pdf', PDF, "a_b_c_d_e_f.pdf"),
        ("a\r\nBcc: x@example.org.pdf", PDF, "a__Bcc_ x@example.org.pdf"),
        ("report\u202efdp.exe", PDF, "report_fdp.exe.pdf"),
        ("film.mov", "video/quicktime", "film.mov"),
    ],
)
def test_a_name_agrees_with_what_the_file_is(name, media_type, expected):
    assert name_for(name, media_type) == expected


@pytest.mark.parametrize("media_type", sorted(EXTENSIONS))
def test_the_extensions_are_the_registered_ones(media_type):
    mimetypes.add_type(DICOM, ".dcm")  # RFC 3240 §1; Python's own table has none of these
    for kind in ("image/heic", "image/heif", "image/webp"):
        mimetypes.add_type(kind, f".{kind[6:]}")
    for extension in EXTENSIONS[media_type]:
        assert mimetypes.guess_type(f"a.{extension}")[0] == media_type


@pytest.mark.parametrize("provider", ["Brevo", "SendinBlue"])
def test_who_garbles_other_letters_gets_a_plain_name(provider):
    assert name_for("Снимок.pdf", provider=provider) == "file-3.pdf"
    assert name_for("scan.pdf", provider=provider) == "scan.pdf"


def send_through_mime(name, media_type, content):
    message = EmailMessage("Subject", "Body", "a@example.org", ["b@example.org"])
    message.attach(make_part(name, media_type, content))
    raw = message.message().as_bytes()
    [part] = email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()
    return raw, part


LETTERS = st.characters(blacklist_categories=["Cs"])


@settings(max_examples=50, deadline=None)
@given(st.text(LETTERS, max_size=150), st.sampled_from(sorted(EXTENSIONS)))
def test_any_name_and_any_bytes_survive_the_way(name, media_type):
    sent = name_for(name, media_type)
    content = bytes(range(256)) if media_type != TEXT else "a\nb\r\nc\rя".encode()

    raw, part = send_through_mime(sent, media_type, content)

    assert part.get_filename() == sent
    assert part.get_content_type() == media_type
    assert part.get_payload(decode=True) == content
    assert max(map(len, raw.splitlines())) <= 998


def test_a_very_long_name_is_cut_before_its_extension():
    name = name_for("🫀" * 145 + ".pdf")

    assert name.endswith("🫀.pdf")
    assert len(name) < MAX_QUOTED / 12 + 5


@pytest.mark.parametrize(
    ("content", "is_text"),
    [(b"", True), ("я".encode(), True), ("я".encode("cp1251"), False), (b"\xff\xfea\0", False)],
)
def test_text_travels_in_utf_8_or_not_at_all(content, is_text):
    assert is_sendable(TEXT, content) == is_text
    assert is_sendable(PDF, content)
