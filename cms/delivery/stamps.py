"""Short names for long things."""

import hashlib


def hash_path(path: str) -> str:
    return hashlib.blake2b(path.encode(), digest_size=16).hexdigest()


def make_etag(*parts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(parts), digest_size=12).hexdigest()
