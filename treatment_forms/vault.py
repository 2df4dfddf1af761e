"""The one way to patients' answers and papers, in and out.

Nothing is encrypted yet: `seal` writes JSON, and files lie as they came. Encryption is put here,
without touching callers: they see documents and streams.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.serializers.json import DjangoJSONEncoder

from treatment_forms import conf
from treatment_forms.errors import StorageDown

CHUNK_BYTES = conf.MIB
# What a storage backend raises when it is down is its own business (botocore, OSError, ...);
# each of them means the same here.
STORAGE_ERRORS: tuple[type[Exception], ...] = (OSError,)
try:
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # the host does not keep files on S3
    pass
else:
    STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)


def seal(document: dict[str, Any]) -> bytes:
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def unseal(sealed: bytes | memoryview) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bytes(sealed))
    return document


def _storage() -> Storage:
    return storages[conf.get("STORAGE")]


def new_name() -> str:
    """A name for bytes to come, which says nothing about them."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


def store(content: File[bytes], *, name: str | None = None) -> str:
    """Keep the bytes under `name`, made by `new_name`, and return the name.

    Write the name into a row first: then a crash leaves no bytes that nobody knows of.

    Raises:
        StorageDown: nothing usable was kept.
    """
    try:
        return _storage().save(name or new_name(), content)
    except STORAGE_ERRORS as error:
        raise StorageDown from error


def fetch(stored_name: str) -> File[bytes]:
    """An open stream of the bytes; the caller closes it.

    Raises:
        StorageDown: the bytes could not be had.
    """
    try:
        return _storage().open(stored_name, "rb")
    except STORAGE_ERRORS as error:
        raise StorageDown from error


def read_chunks(content: File[bytes]) -> Iterator[bytes]:
    """What `fetch` opened, piece by piece.

    Raises:
        StorageDown: the bytes could not be had.
    """
    try:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk
    except STORAGE_ERRORS as error:
        raise StorageDown from error


def discard(stored_name: str) -> None:
    """Delete the bytes; quiet when they are gone already.

    Raises:
        StorageDown: they may still be there.
    """
    try:
        _storage().delete(stored_name)
    except STORAGE_ERRORS as error:
        raise StorageDown from error
