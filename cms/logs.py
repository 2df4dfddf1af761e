"""Log lines without what a visitor wrote, and with the number of the request they belong to."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

type_of_exc_info = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def numbered(request_id: str) -> Iterator[None]:
    """Every line that is logged meanwhile carries this number."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


class DiscreetFormatter(logging.Formatter):
    """Shows where an exception came from and what kind it is, but not its message.

    A database's message quotes the row, a parser's the text, a mail server's the address:
    in this project those are patients' words. A format may ask for `%(request)s`.
    """

    def format(self, record: logging.LogRecord) -> str:
        number = _request_id.get()
        record.request = f" [{number}]" if number else ""
        return super().format(record)

    def formatException(self, exc_info: type_of_exc_info) -> str:  # noqa: N802  (logging's name)
        return "\n".join(describe(exc_info[1]))


def describe(error: BaseException | None) -> list[str]:
    """The frames and types of an exception and of what it was raised from, oldest first."""
    lines: list[str] = []
    while error is not None:
        frames = [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
        lines = [*frames, f"{type(error).__module__}.{type(error).__qualname__}", *lines]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
