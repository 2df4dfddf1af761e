"""How big a mail will be, and which files fit into it. Computes; sends and reads nothing.

A mail that is too big is refused whole, so every estimate errs to the big side.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives

from treatment_forms import conf

BASE64_LINE = 76  # letters, and then CR and LF (RFC 2045 §6.8)
PART_BYTES = 1024  # boundary and headers of one file, without its name
MAIL_BYTES = 8192  # headers of a mail, boundaries, and what a provider adds
LETTER_BYTES = 6  # the worst that an encoding does to one byte: JSON writes a control as \u0000


@dataclass(frozen=True)
class Piece:
    """A file that could travel in a mail.

    Attributes:
        position: its number in the request.
        size: bytes before they are encoded.
        name: as the mail will call it.
    """

    position: int
    size: int
    name: str


def get_limit(provider: str) -> int:
    """Bytes of one encoded mail that this provider takes; "" is the host's own mail server."""
    limits: dict[str, int] = {**conf.MAIL_LIMITS, **conf.get("MAIL_LIMITS")}
    return limits.get(provider.lower(), limits["smtp"])


def get_encoded_bytes(size: int) -> int:
    """Bytes of `size` bytes in base64 with its line ends."""
    letters = (size + 2) // 3 * 4
    lines = -(-letters // BASE64_LINE)
    return letters + 2 * lines


def get_part_bytes(piece: Piece) -> int:
    name = 2 * 3 * len(piece.name.encode())  # percent-encoded, and twice: some say it twice
    return PART_BYTES + name + get_encoded_bytes(piece.size)


def get_words_bytes(message: EmailMultiAlternatives) -> int:
    """A mail without its files, at the most."""
    texts = [
        str(message.subject),
        str(message.body),
        *(str(one[0]) for one in message.alternatives),
    ]
    return MAIL_BYTES + LETTER_BYTES * sum(len(text.encode()) for text in texts)


def choose(pieces: Iterable[Piece], *, room: int) -> list[Piece]:
    """In their order, each that still fits: a big one does not keep small ones behind it out.

    Args:
        room: encoded bytes that the mail has left for files.
    """
    chosen, raw_room = [], conf.MAIL_ATTACHED_BYTES
    for piece in pieces:
        encoded = get_part_bytes(piece)
        if piece.size <= raw_room and encoded <= room:
            raw_room -= piece.size
            room -= encoded
            chosen.append(piece)
    return chosen
