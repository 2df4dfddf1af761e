"""ZIP archives: unpacked member by member, nothing kept, everything counted."""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from treatment_forms.files.names import get_extension
from treatment_forms.files.refusals import Damaged, Locked, Unpackable, WrongType
from treatment_forms.files.room import Room
from treatment_forms.files.sniffing import HEAD_BYTES, TEXT, ZIP, sniff, tell

CHUNK_BYTES = 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * CHUNK_BYTES  # one member: papers of ten MiB do not unpack into more
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1 | 0x40
LOCAL_HEADER_BYTES = 30
DRIVE = re.compile("[A-Za-z]:")

# What computers add without being asked, and what hospitals' discs say of themselves.
JUNK = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
NOTES = frozenset({"", "csv", "json", "log", "md", "text", "txt", "xml"})


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """Documents and pictures only, each of them as good as if it had come alone."""
    from treatment_forms.files.kinds import INSPECTORS  # it knows this module

    with room.inside(), open_archive(data, room) as archive:
        for member in archive.infolist():
            kind = tell_member(archive, member, room)
            if kind is None:
                continue
            content = read(archive, member, room)
            try:
                INSPECTORS[kind](content, kind, room)
            except WrongType as error:
                raise Unpackable("a member that is not what it says") from error


def open_archive(data: bytes, room: Room) -> zipfile.ZipFile:
    """Read the directory, and refuse it before anything is unpacked."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    room.take_members(len(members))
    if all(member.is_dir() for member in members):
        raise Unpackable("nothing in it")
    for member in members:
        check_entry(member)
    check_overlap(members)
    return archive


def check_entry(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise Locked("a member has a password")
    if member.compress_type not in METHODS:
        raise Unpackable("a rare kind of packing")
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or DRIVE.match(member.filename):
        raise Unpackable("a member that leaves its folder")
    mode = stat.S_IFMT(member.external_attr >> 16)
    if mode not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Unpackable("a link or a device")


def check_overlap(members: list[zipfile.ZipInfo]) -> None:
    """The densest bombs let many members share the same bytes."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            raise Unpackable("members share their bytes")
        end = member.header_offset + LOCAL_HEADER_BYTES + member.compress_size


def tell_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: Room) -> str | None:
    """The type of a member, None where there is nothing to look at."""
    name = PurePosixPath(member.filename.replace("\\", "/")).name
    if member.is_dir() or not member.file_size:
        return None
    if name.lower() in JUNK or member.filename.startswith("__MACOSX/"):
        skip(archive, member, room)
        return None
    with archive.open(member) as content:
        head = content.read(HEAD_BYTES)
    kind = sniff(head, name)
    if kind is None and get_extension(name) in NOTES and tell(head, "") == TEXT:
        return TEXT
    if kind is None or kind == ZIP:
        raise Unpackable("a member that we do not take")
    return kind


def skip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: Room) -> None:
    for _chunk in unpack(archive, member, room):
        pass


def read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: Room) -> bytes:
    content = io.BytesIO()
    for chunk in unpack(archive, member, room):
        content.write(chunk)
        if content.tell() > MAX_DOCUMENT_BYTES:
            raise Unpackable("a member that is too big")
    return content.getvalue()


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: Room) -> Iterator[bytes]:
    try:
        with archive.open(member) as content:
            while chunk := content.read(CHUNK_BYTES):
                room.take_bytes(len(chunk))
                yield chunk
    except zipfile.BadZipFile as error:
        raise Damaged("a member that does not unpack") from error
