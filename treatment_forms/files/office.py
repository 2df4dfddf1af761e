"""Word and Excel files as Office Open XML: an archive of XML parts."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote
from xml.parsers import expat
from zipfile import ZipFile

from treatment_forms.files.archives import open_archive, read, skip, unpack
from treatment_forms.files.refusals import Active, Damaged, Locked, WrongType
from treatment_forms.files.room import Room
from treatment_forms.files.sniffing import DOCX, OLD_OFFICE

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
TYPES_PART = "[Content_Types].xml"
MAIN = {True: "wordprocessingml.", False: "spreadsheetml."}

ACTIVE_TYPES = re.compile(r"macro|vbaproject|activex|oleobject|/rtf", re.IGNORECASE)
ACTIVE_PARTS = re.compile(
    r"(^|/)(vbaProject[^/]*\.bin|activeX/.*|macrosheets/.*|.*\.rtf"
    r"|embeddings/.*\.(?!docx$|xlsx$)[^./]*)$",
    re.IGNORECASE,
)
FETCHED = frozenset({"oleObject", "frame", "subDocument", "attachedTemplate", "package"})
"""Kinds of outside targets that Office opens by itself; links and pictures wait for a click."""


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """Well-formed, of the type that its name says, and without macros or foreign objects."""
    if data.startswith(OLD_OFFICE):
        raise (Locked if ENCRYPTED_PACKAGE in data else WrongType)("an old container")
    with room.inside(), open_archive(data, room) as archive:
        names = archive.namelist()
        if TYPES_PART not in names:
            raise WrongType("an archive, no document")
        if len({name.lower() for name in names}) < len(names):
            raise Damaged("a part that is there twice")
        types = get_elements(unpack(archive, archive.getinfo(TYPES_PART), room))
        check_types(types, media_type, names)
        for name in names:
            inspect_part(archive, name, room)


def check_types(types: list[dict[str, str]], media_type: str, names: list[str]) -> None:
    if any(ACTIVE_TYPES.search(one.get("ContentType", "")) for one in types):
        raise Active("a macro or a foreign object")
    main = [one for one in types if one.get("ContentType", "").endswith(".main+xml")]
    if not any(MAIN[media_type == DOCX] in one["ContentType"] for one in main):
        raise WrongType("another kind of document")
    if any(one.get("PartName", f"/{TYPES_PART}").lstrip("/") not in names for one in main):
        raise Damaged("the text is missing")


def inspect_part(archive: ZipFile, name: str, room: Room) -> None:
    if ACTIVE_PARTS.search(name):
        raise Active("a macro or a foreign object")
    member = archive.getinfo(name)
    if name.lower().endswith(".rels"):
        check_relations(get_elements(unpack(archive, member, room)))
    elif name.lower().endswith(".xml"):
        parse(unpack(archive, member, room))
    elif "/embeddings/" in name:
        inspect_embedded(name, read(archive, member, room), room)
    else:
        skip(archive, member, room)


def inspect_embedded(name: str, content: bytes, room: Room) -> None:
    """The sheet behind a chart is a document of its own."""
    from treatment_forms.files.kinds import inspect_known  # it knows this module

    inspect_known(content, name, room)


def check_relations(relations: list[dict[str, str]]) -> None:
    for relation in relations:
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") != "External" or kind not in FETCHED:
            continue
        if kind != "attachedTemplate" or not is_near(relation.get("Target", "")):
            raise Active("fetches something from outside")


def is_near(target: str) -> bool:
    """On the writer's own disk, or on a server of the house: hospitals' letters name theirs.

    A server that could be anywhere has a dot in its name.
    """
    path = unquote(target).replace("\\", "/")
    path = re.sub(r"^file:", "", path, flags=re.IGNORECASE)
    rest = path.lstrip("/")
    if len(path) - len(rest) not in {0, 1, 3}:
        host = rest.partition("/")[0]
        return bool(host) and not set(host) & set(".:@")
    return bool(re.match(r"[A-Za-z]:/", rest)) or ":" not in rest


def get_elements(chunks: Iterable[bytes]) -> list[dict[str, str]]:
    """The attributes of every element."""
    found: list[dict[str, str]] = []
    parse(chunks, on_element=lambda _name, attributes: found.append(attributes))
    return found


def parse(
    chunks: Iterable[bytes], on_element: Callable[[str, dict[str, str]], None] | None = None
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = on_element
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Damaged("broken XML") from error


def refuse_doctype(*_arguments: object) -> None:
    """It could define entities, and Office takes none either."""
    raise Damaged("a document type where none belongs")
