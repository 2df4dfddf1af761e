"""How big a mail becomes is known before it is sent, and never underestimated."""

import random

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from treatment_forms import conf
from treatment_forms.mail import packing
from treatment_forms.mail.packing import Piece, choose, get_part_bytes
from treatment_forms.mail.parts import make_part


def make_message(body="Text", html="<p>Text</p>", subject="Request TR-0000-0000"):
    message = EmailMultiAlternatives(subject, body, "site@example.org", ["care@example.org"])
    message.attach_alternative(html, "text/html")
    return message


def make_piece(size, *, position=1, name="report.pdf"):
    return Piece(position, size, name)


def get_wire_bytes(message):
    return len(message.message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 1000, 100_000])
def test_base64_is_computed_to_the_byte(size):
    part = make_part("report.pdf", "application/pdf", random.randbytes(size))
    payload = part.get_payload().rstrip("\n") + ("\n" if size else "")

    assert packing.get_encoded_bytes(size) == len(payload.replace("\n", "\r\n"))


@pytest.mark.parametrize("name", ["report.pdf", "Снимок " * 15 + ".pdf", "🫀" * 50 + ".pdf"])
@pytest.mark.parametrize("size", [1, 57, 5000, 300_000])
def test_a_mail_is_never_bigger_than_computed(name, size):
    message = make_message()
    words = packing.get_words_bytes(message)
    message.attach(make_part(name, "application/pdf", random.randbytes(size)))

    computed = words + get_part_bytes(make_piece(size, name=name))

    assert get_wire_bytes(message) <= computed
    assert computed - get_wire_bytes(message) < 16_384  # nor by much


@pytest.mark.parametrize("text", ["a" * 5000, "я" * 5000, "ع\n" * 5000, "🫀" * 5000, "=\n" * 5000])
def test_words_in_any_script_are_never_bigger_than_computed(text):
    import json

    message = make_message(body=text, html=text)

    computed = packing.get_words_bytes(message)

    assert get_wire_bytes(message) <= computed
    assert 2 * len(json.dumps(text)) <= computed  # as providers' APIs get it


def test_files_fill_the_room_to_the_last_byte():
    piece = make_piece(1000)
    size = get_part_bytes(piece)

    assert choose([piece], room=size) == [piece]
    assert choose([piece], room=size - 1) == []
    assert choose([piece, piece], room=2 * size - 1) == [piece]


def test_seven_megabytes_travel_and_not_one_byte_more():
    limit, big = conf.MAIL_ATTACHED_BYTES, 10**9

    assert choose([make_piece(limit)], room=big)
    assert not choose([make_piece(limit + 1)], room=big)
    assert len(choose([make_piece(limit - 1), make_piece(1), make_piece(1)], room=big)) == 2


def test_a_big_file_does_not_keep_small_ones_out():
    pieces = [make_piece(size, position=size) for size in (7_000_001, 10, 20)]

    assert [piece.position for piece in choose(pieces, room=10**9)] == [10, 20]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 10_485_760), max_size=10), st.integers(0, 12_000_000))
def test_what_is_chosen_always_fits(sizes, room):
    pieces = [make_piece(size, position=number) for number, size in enumerate(sizes)]

    chosen = choose(pieces, room=room)

    assert sum(map(get_part_bytes, chosen)) <= room
    assert sum(piece.size for piece in chosen) <= conf.MAIL_ATTACHED_BYTES
    raw = conf.MAIL_ATTACHED_BYTES - sum(piece.size for piece in chosen)
    left = room - sum(map(get_part_bytes, chosen))
    for piece in set(pieces) - set(chosen):
        assert piece.size > raw or get_part_bytes(piece) > left


@pytest.mark.parametrize(
    ("provider", "megabytes"),
    [
        ("Postmark", 10),
        ("Amazon SES", 40),
        ("Mailgun", 25),
        ("Brevo", 20),
        ("Resend", 40),
        ("", 10.24),
        ("Somebody new", 10.24),
    ],
)
def test_each_provider_has_its_limit(provider, megabytes):
    assert packing.get_limit(provider) == megabytes * 1_000_000


def test_a_host_may_know_better(settings):
    settings.TREATMENT_FORMS = {**settings.TREATMENT_FORMS, "MAIL_LIMITS": {"smtp": 5}}

    assert packing.get_limit("") == 5
    assert packing.get_limit("Postmark") == 10_000_000
