"""Read a form as browsers send it: once, as it comes, never a file whole in memory.

Django's own reading takes a body that was cut for a whole one with fewer files, and drops parts
that it does not understand. Here every byte is accounted for, or the request is refused.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryFile
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import SuspiciousMultipartForm
from django.core.files.base import File
from django.http import QueryDict, UnreadablePostError
from django.http.multipartparser import (
    FIELD,
    FILE,
    ChunkIter,
    LazyStream,
    MultiPartParserError,
    Parser,
)
from django.utils.http import parse_header_parameters

from treatment_forms import conf
from treatment_forms.errors import BodyBroken, BodyCut, StorageDown, TooMuch
from treatment_forms.files.faults import Fault
from treatment_forms.files.names import tidy
from treatment_forms.files.sniffing import HEAD_BYTES, sniff
from treatment_forms.services.inspect import Finding, InlineInspector
from treatment_forms.services.scan import InlineScanner
from treatment_forms.states import Verdict

CHUNK_BYTES = conf.MIB
MAX_FIELDS = 500
MAX_FILE_PARTS = 200  # more than anybody chooses by mistake
MAX_TEXT_BYTES = 1 * conf.MIB


Part = tuple[str, dict[str, Any], Any]  # kind, headers, stream


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Limits:
    """What is kept of the files: the first `max_files` that are not bigger than `max_bytes`."""

    max_files: int
    max_bytes: int


@dataclass
class ReceivedFile:
    """One file, kept unless there is a fault, in a temporary one that vanishes with the process."""

    name: str
    size: int = 0
    sha256: str = ""
    media_type: str = ""
    verdict: Verdict = Verdict.NOT_YET
    scanned_with: str = ""
    fault: Fault | None = None
    content: File[bytes] | None = None

    def drop(self) -> None:
        """Delete the bytes; what is known of them stays."""
        if self.content:
            with suppress(OSError):  # bytes that a full disk did not take are not missed now
                self.content.close()
        self.content = None


@dataclass
class Body:
    """A request that arrived whole.

    Attributes:
        fields: texts by name, in the order in which they were sent.
        has_storage: False when the disk did not take the files.
        too_much: set by who knows the sender: none of the files was kept.
    """

    fields: QueryDict
    files: list[ReceivedFile] = field(default_factory=list)
    has_storage: bool = True
    too_much: TooMuch | None = None

    def drop(self) -> None:
        for file in self.files:
            file.drop()


def read_body(
    stream: Source, *, content_type: str, length: int, limits: Limits, is_form: bool = True
) -> Body:
    """Read to the end, checking and scanning each file on its way.

    Args:
        length: how many bytes were announced; fewer are a body that was cut.
        is_form: it ends in `complete=1`. A program's does not: it sends a manifest.

    Raises:
        BodyCut: the end did not arrive; nothing is kept.
        BodyBroken: not a form as browsers send it; nothing is kept.
    """
    reader = _Reader(limits, is_form=is_form)
    counted = _Counted(stream)
    try:
        with told_in_our_words():
            reader.read(get_parts(counted, get_boundary(content_type)))
        if counted.size < length:
            raise BodyCut("bytes are missing")
        reader.collect()
    except BaseException:
        reader.body.drop()
        raise
    finally:
        reader.close()
    return reader.body


def read_file(chunks: Iterator[bytes], *, name: str, max_bytes: int) -> ReceivedFile:
    """One file that is here already, judged as the files of a form are.

    Raises:
        StorageDown: there was no place to read it into.
    """
    reader = _Reader(Limits(max_files=1, max_bytes=max_bytes), is_form=False)
    file = ReceivedFile(name=name)
    try:
        reader.open(file)
        reader.pour(chunks, file)
        reader.collect()
    except BaseException:
        file.drop()
        raise
    finally:
        reader.close()
    if not reader.body.has_storage:
        raise StorageDown
    return file


@contextmanager
def told_in_our_words() -> Iterator[None]:
    try:
        yield
    except (MultiPartParserError, SuspiciousMultipartForm) as error:
        raise BodyBroken("bad framing") from error
    except UnreadablePostError as error:
        raise BodyCut("the connection broke") from error


def get_boundary(content_type: str) -> bytes:
    try:
        boundary = parse_header_parameters(content_type)[1].get("boundary", "")
    except (TypeError, ValueError) as error:
        raise BodyBroken("no type") from error
    if not 0 < len(boundary) <= 200 or not boundary.isascii() or not boundary.isprintable():
        raise BodyBroken("no boundary")
    return boundary.encode()


class _Counted:
    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self.size = 0

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size)
        self.size += len(data)
        return data


class _Reader:
    def __init__(self, limits: Limits, *, is_form: bool) -> None:
        self.limits, self.is_form = limits, is_form
        self.scanner = InlineScanner()
        self.inspector = InlineInspector()
        self.body = Body(fields=QueryDict(mutable=True))
        self.text_bytes = 0
        self.field_count = 0

    def read(self, parts: Iterator[Part]) -> None:
        """A form is whole when its closing boundary arrived, and `complete=1` right before it."""
        self.require_nothing(next(parts, None))
        last_name = closing = None
        for kind, headers, part in parts:
            if closing is not None:
                raise BodyBroken("something follows the end")
            if kind in {FIELD, FILE}:
                last_name = self.take(kind, get_disposition(headers), part)
            else:
                closing = part.read(len(b"--"))
        if closing != b"--":
            raise BodyCut("the closing boundary is missing")
        if not self.is_form:
            return
        if last_name != "complete" or self.body.fields.getlist("complete") != ["1"]:
            raise BodyCut("complete=1 is missing")

    def require_nothing(self, preamble: Part | None) -> None:
        if preamble is None:
            raise BodyCut("the body is empty")
        if preamble[2].read(len(b"\r\n") + 1).strip():
            raise BodyBroken("text before the first part")

    def take(self, kind: str, disposition: dict[str, Any], part: Any) -> str:
        name = decode(disposition["name"])
        if kind == FIELD or (name == "request" and not self.is_form):
            # JavaScript gives a part of JSON the name of a file, "blob", whether asked to or not.
            self.take_text(name, part)
        elif name == "files":
            self.take_file(decode(disposition["filename"]), part)
        else:
            raise BodyBroken("a file where none belongs")
        return name

    def take_text(self, name: str, part: Any) -> None:
        text = part.read(MAX_TEXT_BYTES + 1 - self.text_bytes)
        self.text_bytes += len(text)
        self.field_count += 1
        if self.text_bytes > MAX_TEXT_BYTES or self.field_count > MAX_FIELDS:
            raise BodyBroken("too much text")
        if name == "files":
            if text:
                raise BodyBroken("a file without a name")
            return  # what browsers send when no file is chosen
        self.body.fields.appendlist(name, self.decode(text))

    def decode(self, text: bytes) -> str:
        """Of what a person typed as much as can be read is kept; a program is told its mistake."""
        try:
            return text.decode(errors="replace" if self.is_form else "strict")
        except UnicodeDecodeError as error:
            raise BodyBroken("no UTF-8") from error

    def take_file(self, raw_name: str, part: Any) -> None:
        file = ReceivedFile(name=tidy(raw_name))
        self.body.files.append(file)
        if len(self.body.files) > MAX_FILE_PARTS:
            raise BodyBroken("too many files")
        kept = [one for one in self.body.files if one.content]
        if len(kept) >= self.limits.max_files:
            file.fault = Fault.TOO_MANY
        elif self.body.has_storage:
            self.open(file)
        self.pour(part, file)

    def open(self, file: ReceivedFile) -> None:
        try:
            file.content = File(TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115  (`drop`)
        except OSError:
            self.body.has_storage = False
        else:
            self.scanner.begin()
            self.inspector.begin()

    def pour(self, part: Any, file: ReceivedFile) -> None:
        """Read the part to its end, whether or not its bytes are kept."""
        digest, head = hashlib.sha256(), b""
        for chunk in part:
            file.size += len(chunk)
            if file.size > self.limits.max_bytes and not file.fault:
                self.refuse(file, Fault.TOO_BIG)
            digest.update(chunk)  # also of what is not kept: the same request again is told by it
            if not file.content:
                continue
            head += chunk[: HEAD_BYTES - len(head)]
            with self.kept(file):
                file.content.write(chunk)
                self.scanner.feed(chunk)
        file.sha256 = digest.hexdigest()
        if file.content:
            with self.kept(file):
                file.content.seek(0)  # writes what waits in memory, too
                self.judge(file, sniff(head, file.name))

    @contextmanager
    def kept(self, file: ReceivedFile) -> Iterator[None]:
        """When the disk is full the rest is read and thrown away."""
        try:
            yield
        except OSError:
            self.body.has_storage = False
            self.scanner.abandon()
            file.drop()

    def judge(self, file: ReceivedFile, media_type: str | None) -> None:
        if not file.size:
            self.refuse(file, Fault.EMPTY)
        elif media_type is None:
            self.refuse(file, Fault.TYPE)
        else:
            file.media_type = media_type
            self.scanner.finish(partial(self.settle, file))
            if file.content:
                self.inspector.look(file.content, media_type, partial(self.see, file))

    def collect(self) -> None:
        """Wait for what scanner and parsers have to say; the bytes were read meanwhile."""
        self.scanner.collect()
        self.inspector.collect()
        for file in self.body.files:
            if file.fault:
                file.drop()  # not before: the other one may still have had it in hand

    def close(self) -> None:
        self.scanner.close()
        self.inspector.close()

    def settle(self, file: ReceivedFile, verdict: Verdict) -> None:
        """Put down what the scanner says, when it says it: another file may be in hand by then."""
        file.verdict, file.scanned_with = verdict, self.scanner.version
        if verdict == Verdict.INFECTED:
            file.fault = Fault.MALWARE

    def see(self, file: ReceivedFile, finding: Finding) -> None:
        """Put down what the parsers say. What they have not seen nobody opens, clean or not."""
        file.fault = file.fault or finding.fault
        if not finding.was_seen and not file.fault:
            file.verdict, file.scanned_with = Verdict.NOT_YET, ""

    def refuse(self, file: ReceivedFile, fault: Fault) -> None:
        """Of the file in hand."""
        self.scanner.abandon()
        file.fault = fault
        file.drop()


def get_parts(stream: Source, boundary: bytes) -> Iterator[Part]:
    """What precedes the first part comes first, what follows the last one comes last."""
    chunks = ChunkIter(stream, CHUNK_BYTES)  # type: ignore[arg-type]  # asks for nothing but read
    parts = iter(Parser(LazyStream(chunks), boundary))
    while True:
        try:
            part = next(parts, None)
        except TypeError as error:  # Python's own about a header that says a thing in two ways
            raise BodyBroken("bad header") from error
        if part is None:
            return
        yield part


def get_disposition(headers: dict[str, Any]) -> dict[str, Any]:
    if "content-transfer-encoding" in headers:
        raise BodyBroken("no browser encodes")
    disposition: dict[str, Any] = headers["content-disposition"][1]
    if "name" not in disposition:
        raise BodyBroken("a part without a name")
    return disposition


def decode(raw: bytes) -> str:
    """Browsers escape quotes and line ends in names, and nothing else."""
    text = raw.decode(errors="replace")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
