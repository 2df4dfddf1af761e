"""PDF: opened by qpdf, every object looked at for what acts by itself."""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from treatment_forms.files.programs import is_program
from treatment_forms.files.refusals import Active, Damaged, Locked
from treatment_forms.files.room import MAX_UNPACKED_BYTES, Room

MAX_PIXELS = 250_000_000
MOST_DEFLATED = 1032  # times: deflate cannot pack better
MAX_SCRIPT_BYTES = 10_000

SUSPECT = re.compile(rb"/(JS|JavaScript|Launch|EF|XFA|RichMedia|OnInstantiate)\b")
"""A cheap look at an object as qpdf writes it, with its names spelt out."""

BEGINNING = re.compile(rb"\d\s+obj\b")
FORM_SCRIPT = re.compile(r"\s*(?:AF[A-Za-z_]+\s*\((?:[^()`]|new Array\s*\([^()`]*\))*\)\s*;?\s*)+")
"""Calls of the functions that Acrobat has for the format of a date, a number or a sum."""


def inspect(data: bytes, media_type: str, room: Room) -> None:
    """Opens without a password, shows at least one page, and does nothing by itself.

    An owner's password only forbids printing or copying: such files open, and laboratories send
    them. Links, forms, signatures, jumps on opening and attached data are what papers have.
    """
    check_end(data)
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            check_pages(document)
            for one in document.objects:
                inspect_object(one, room)
    except pikepdf.PasswordError as error:
        raise Locked("a password") from error
    except pikepdf.PdfError as error:
        if "encrypt" in str(error):
            raise Locked("a certificate") from error
        raise


def check_end(data: bytes) -> None:
    """Qpdf mends a file that was cut, and half a report would be taken for a whole one."""
    end = max(data.rfind(b"startxref"), data.rfind(b"trailer"), 0)
    if BEGINNING.search(data, end):
        raise Damaged("cut")


def check_pages(document: Pdf) -> None:
    pages = [page.obj for page in document.pages]
    if not pages or not all(isinstance(page, Dictionary) for page in pages):
        raise Damaged("pages are missing")


def inspect_object(one: Any, room: Room) -> None:
    if isinstance(one, Stream):
        check_size(one)
        written = one.stream_dict.unparse()
    elif isinstance(one, Object):
        written = one.unparse(resolved=True)
    else:
        return  # a number, a truth value
    if SUSPECT.search(written):
        if isinstance(one, Name):
            raise Active("an action that hides its kind")
        for dictionary in walk(one):
            check_dictionary(dictionary, room)


def walk(root: Object) -> Iterator[Object]:
    """Every dictionary written into this object; the objects that it refers to come by themselves.

    Qpdf bounds how deep a file may nest them.
    """
    rest = [root]
    while rest:
        one = rest.pop()
        if isinstance(one, Array):
            children = list(one)
        else:
            yield one
            children = [value for _key, value in one.items()]
        containers = (Array, Dictionary)
        rest += [c for c in children if isinstance(c, containers) and not c.is_indirect]


def check_dictionary(one: Object, room: Room) -> None:
    if one.get("/S") == Name.Launch:
        raise Active("starts a program")
    if "/JS" in one and not is_form_script(one["/JS"]):
        raise Active("a script")
    if "/OnInstantiate" in one or one.get("/Subtype") == Name.RichMedia:
        raise Active("a moving picture with scripts")
    if "/XFA" in one and b"<script" in get_bytes(one["/XFA"]):
        raise Active("a form with scripts")
    if "/EF" in one:
        inspect_attachment(one, room)


def is_form_script(script: Any) -> bool:
    text = get_bytes(script).decode("latin-1")
    return len(text) <= MAX_SCRIPT_BYTES and FORM_SCRIPT.fullmatch(text) is not None


def get_bytes(value: Any) -> bytes:
    """Of a string, a stream, or the names and streams of a form in parts."""
    if isinstance(value, Array):
        return b"".join(get_bytes(part) for part in value)
    if isinstance(value, Stream):
        check_size(value)
        return value.read_bytes()
    return bytes(value) if isinstance(value, pikepdf.String) else b""


def inspect_attachment(specification: Object, room: Room) -> None:
    """Invoices and discharge letters carry their data as XML; programs have no place here."""
    from treatment_forms.files.kinds import inspect_known  # it knows this module

    name = str(specification.get("/UF") or specification.get("/F") or "")
    for stream in dict(specification["/EF"].items()).values():
        content = get_bytes(stream)
        room.take_bytes(len(content))
        if is_program(content, name):
            raise Active("a program is attached")
        inspect_known(content, name, room)


def check_size(stream: Stream) -> None:
    """A picture by its size on paper; anything else by unpacking it where it could be a bomb."""
    if stream.get("/Subtype") == Name.Image:
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_PIXELS:
            raise Damaged("too many pixels")
        return
    filters = get_filters(stream)
    layers = sum(one in {"/FlateDecode", "/Fl"} for one in filters)
    if layers and len(stream.read_raw_bytes()) * MOST_DEFLATED**layers > MAX_UNPACKED_BYTES:
        if layers > 1 or filters[0] not in {"/FlateDecode", "/Fl"}:
            raise Damaged("packed more than once")
        count_deflated(stream.read_raw_bytes())


def get_filters(stream: Stream) -> list[str]:
    filters = stream.get("/Filter")
    return [str(one) for one in (filters if isinstance(filters, Array) else [filters])]


def count_deflated(packed: bytes) -> None:
    unpacker, size = zlib.decompressobj(), 0
    try:
        while packed and not unpacker.eof:
            size += len(unpacker.decompress(packed, 1024 * 1024))
            packed = unpacker.unconsumed_tail
            if size > MAX_UNPACKED_BYTES:
                raise Damaged("a stream that unpacks into too much")
    except zlib.error:
        return  # a viewer leaves out what it cannot unpack
