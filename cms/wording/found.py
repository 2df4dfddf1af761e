"""Messages as they stand in Python code and templates, found without a system tool."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

# The arguments of each call: how many words, and whether a context stands before them.
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1, False)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (2, False)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (1, True)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (2, True)),
}
CALL = re.compile(rf"\b({'|'.join(sorted(CALLS, key=len, reverse=True))})\(")
TEMPLATES = (".html", ".txt", ".xml")


class Message(NamedTuple):
    context: str | None
    singular: str
    plural: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.singular


class UnreadableMessage(Exception):
    """A call whose words are not plain text, so that no catalogue can hold them."""


Found = Iterator[tuple[Message, int]]


def find_in(path: Path) -> Found:
    """Each message of one file with its line.

    Raises:
        UnreadableMessage: with the line.
    """
    text = path.read_text()
    yield from find_in_python(text) if path.suffix == ".py" else find_in_template(text, path)


def find_in_python(text: str) -> Found:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and get_name(node.func) in CALLS:
            yield from read_call(node, node.lineno)


def get_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def read_call(call: ast.Call, line: int) -> Found:
    count, has_context = CALLS[get_name(call.func)]
    words = call.args[: count + has_context]
    if any(isinstance(word, ast.Name | ast.Attribute | ast.Subscript) for word in words):
        return  # a word that was marked elsewhere
    texts = [
        word.value
        for word in words
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    ]
    if len(texts) != count + has_context:
        raise UnreadableMessage(f"{line}: {ast.unparse(call)}")
    context = texts.pop(0) if has_context else None
    yield Message(context, texts[0], texts[1] if count == 2 else ""), line


def find_in_template(text: str, path: Path) -> Found:
    """`templatize` is what Django's own makemessages reads, so messages are those of run time."""
    calls = templatize(text, origin=str(path))
    for match in CALL.finditer(calls):
        line = calls.count("\n", 0, match.start()) + 1
        yield from read_call(parse_call(calls, match.start()), line)


def parse_call(text: str, start: int) -> ast.Call:
    """The call that begins here, up to the first bracket that makes it whole."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            expression = ast.parse(text[start:end].strip(), mode="eval").body
        except SyntaxError:
            continue
        if isinstance(expression, ast.Call):
            return expression
    raise UnreadableMessage(text[start : start + 80])
