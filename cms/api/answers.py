"""An answer of content: strong validators, what the app has already, and what it can unpack."""

import hashlib
import re
import zlib
from collections import OrderedDict
from threading import Lock

from django.http import HttpRequest, HttpResponse

# Whoever keeps an answer asks again each time, which costs us a stamp: a text that was taken down
# is gone for everybody at once.
CACHE_CONTROL = "public, max-age=0, must-revalidate"
TAG = re.compile(r'"([^"]*)"')
PACKED = "-gzip"
SMALLEST_TO_PACK = 600
GZIP = 16 + zlib.MAX_WBITS
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class Packed:
    """The packed form of what was packed last, by validator: which names the very bytes."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self.kept: OrderedDict[str, bytes] = OrderedDict()
        self.lock = Lock()

    def get(self, stamp: str, content: bytes) -> bytes:
        with self.lock:
            found = self.kept.get(stamp)
            if found is not None:
                self.kept.move_to_end(stamp)
                return found
        made = pack(content)
        with self.lock:
            if stamp not in self.kept:
                self.kept[stamp] = made
                self.bytes += len(made)
            while self.bytes > self.most_bytes:
                self.bytes -= len(self.kept.popitem(last=False)[1])
        return made


def pack(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    return packer.compress(content) + packer.flush()


packed = Packed(16 * 1024 * 1024)


def get_known(request: HttpRequest) -> frozenset[str]:
    """The validators of what the app holds, whatever it was packed in."""
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    return frozenset(TAG.findall(header)) if header else frozenset()


def takes_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and not NO_GZIP.search(accepted)


def not_modified(request: HttpRequest, stamp: str, language: str) -> HttpResponse | None:
    """304 where the app holds this very content."""
    known = get_known(request)
    for tag in (stamp, stamp + PACKED):
        if tag in known:
            response = HttpResponse(status=304)
            del response.headers["Content-Type"]
            return dress(response, tag, language)
    return None


def answer(request: HttpRequest, stamp: str, content: bytes, language: str) -> HttpResponse:
    """The content, packed where the app takes that."""
    is_packed = len(content) >= SMALLEST_TO_PACK and takes_gzip(request)
    tag = stamp
    if is_packed:
        tag, content = stamp + PACKED, packed.get(stamp, content)
    is_head = request.method == "HEAD"
    response = HttpResponse(b"" if is_head else content, content_type="application/json")
    response.headers["Content-Length"] = str(len(content))
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return dress(response, tag, language)


def answer_hashed(request: HttpRequest, content: bytes, language: str) -> HttpResponse:
    """As `answer`, under the name of the very bytes."""
    stamp = hashlib.blake2b(content, digest_size=12).hexdigest()
    found = not_modified(request, stamp, language)
    return found or answer(request, stamp, content, language)


def dress(response: HttpResponse, tag: str, language: str) -> HttpResponse:
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Vary"] = "Accept-Encoding"
    if language:
        response.headers["Content-Language"] = language
    return response
