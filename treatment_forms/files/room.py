"""How much may come out of one file, all its layers together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from treatment_forms.files.refusals import Unpackable

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_DEPTH = 4  # an archive, its document, what that carries, and the parts of that


@dataclass
class Room:
    """Counted down while unpacking: what an archive says of its own size is not believed."""

    bytes_left: int = MAX_UNPACKED_BYTES
    members_left: int = MAX_MEMBERS
    depth: int = 0

    def take_members(self, count: int) -> None:
        self.members_left -= count
        if self.members_left < 0:
            raise Unpackable("too many members")

    def take_bytes(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Unpackable("too many bytes")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Run the block one layer deeper."""
        if self.depth == MAX_DEPTH:
            raise Unpackable("too deep")
        self.depth += 1
        yield
        self.depth -= 1
