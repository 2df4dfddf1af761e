"""Words that people see and nobody marked for translation: a net with wide meshes."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.conf import settings
from django.template.base import Lexer, TokenType

from cms.wording.books import Book, get_files
from cms.wording.found import get_name

LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names, what scripts fill in, and classes for style sheets.
NAMES = re.compile(r"\b(WhatsApp|Telegram|Marus Media)\b|\{\w+\}|^\s*[a-z]+(--?[a-z]+)+\s*$")
SEEN_ATTRIBUTES = {"alt", "title", "aria-label", "aria-description", "placeholder", "summary"}
SILENT = {"script", "style", "code", "svg"}

# Arguments and class attributes whose text is shown.
SEEN_ARGUMENTS = {
    *("verbose_name", "verbose_name_plural", "help_text", "label", "heading", "menu_label"),
    *("page_title", "placeholder", "empty_label", "sub_title", "menu_item_name"),
}
SPEAKERS = {"ValidationError", "StructBlockValidationError", "success", "warning", "error", "info"}
LOGGERS = {"logger", "logging", "log"}


def find_unmarked(book: Book) -> Iterator[str]:
    for path in get_files(book):
        text = path.read_text()
        find = find_in_python if path.suffix == ".py" else find_in_template
        if path.suffix == ".xml":
            continue  # for programs
        for line, words in find(text):
            name = path.relative_to(settings.BASE_DIR)
            yield f"{name}:{line}: {words!r} is not marked for translation"


# --- Templates -----------------------------------------------------------------------


def find_in_template(text: str) -> Iterator[tuple[int, str]]:
    bare = strip_tags_of_django(text)
    if "<" not in bare:
        return find_in_lines(bare)
    reader = Reader()
    reader.feed(bare)
    reader.close()
    return iter(reader.found)


def find_in_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if has_words(line):
            yield number, line.strip()


def strip_tags_of_django(text: str) -> str:
    """What the template says itself; line breaks stay where they were."""
    kept, end = [], ""
    for token in Lexer(text).tokenize():
        source = token.contents
        name = source.split()[0] if token.token_type == TokenType.BLOCK and source else ""
        if not end and token.token_type == TokenType.TEXT:
            kept.append(source)
            continue
        if not end and token.token_type == TokenType.VAR:
            kept.append("h ")  # it may be the name of a tag
        if end:
            end = "" if name == end else end
        elif name in ("comment", "blocktranslate", "blocktrans", "verbatim"):
            end = f"end{name}"
        kept.append("\n" * source.count("\n"))
    return "".join(kept)


def has_words(text: str) -> bool:
    return bool(LETTERS.search(NAMES.sub("", text)))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        for name, value in attrs:
            if name in SEEN_ATTRIBUTES and has_words(value or ""):
                self.found.append((self.getpos()[0], f'{name}="{value}"'))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent and has_words(data):
            self.found.append((self.getpos()[0], data.strip()))


# --- Python --------------------------------------------------------------------------


def find_in_python(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        for value in get_shown(node):
            words = get_text(value)
            if words and has_words(words):
                yield value.lineno, words


def get_shown(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions here whose text would be shown."""
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg in SEEN_ARGUMENTS)
        if get_name(node.func) in SPEAKERS and not is_logger(node.func):
            yield from node.args
    elif isinstance(node, ast.ClassDef):
        yield from get_shown_attributes(node)


def is_logger(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and get_name(function.value) in LOGGERS


def get_shown_attributes(node: ast.ClassDef) -> Iterator[ast.expr]:
    if any(get_name(base).endswith("Config") for base in node.bases):
        return  # the label of an app is a name in code
    is_choices = any(get_name(base).endswith("Choices") for base in node.bases)
    for line in node.body:
        if not isinstance(line, ast.Assign):
            continue
        if any(get_name(target) in {*SEEN_ARGUMENTS, "description"} for target in line.targets):
            yield line.value
        elif is_choices and isinstance(line.value, ast.Tuple):
            yield line.value.elts[-1]


def get_text(value: ast.expr) -> str:
    """Its bare text; nothing where it comes from elsewhere or is marked."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, ast.JoinedStr):
        return " ".join(get_text(part) for part in value.values)
    if isinstance(value, ast.Dict):
        return " ".join(get_text(part) for part in value.values)
    if isinstance(value, ast.BinOp):
        return get_text(value.left)
    return ""
