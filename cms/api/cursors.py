"""Where to go on in a list. Opaque to apps, and of use only for the list it came from."""

import base64
import binascii
import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from cms.api.query import LARGEST_ID
from treatment_forms.api.problems import Problem

DIGEST_BYTES = 6
ID_BYTES = 8


def write(query: Sequence[str], position: bytes, page_id: int) -> str:
    place = page_id.to_bytes(ID_BYTES, "big") + position
    return base64.urlsafe_b64encode(digest(query, place) + place).rstrip(b"=").decode()


def read(query: Sequence[str], cursor: str) -> tuple[bytes, int]:
    """The place behind which this list goes on.

    Raises:
        Problem: 400; the text is no cursor, or that of another query.
    """
    try:
        raw = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    sign, place = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
    page_id = int.from_bytes(place[:ID_BYTES], "big")
    if len(place) < ID_BYTES or sign != digest(query, place) or page_id > LARGEST_ID:
        words = _("This cursor is not of this list. Begin again without one.")
        raise Problem(400, "bad_cursor", words, field="cursor")
    return place[ID_BYTES:], page_id


def digest(query: Sequence[str], place: bytes) -> bytes:
    key = "\0".join(query).encode()
    hashed = hashlib.blake2b(place, key=hashlib.blake2b(key).digest(), digest_size=DIGEST_BYTES)
    return hashed.digest()
