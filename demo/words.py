"""The demo's translations: a table for each page, from the English to the words of a language."""

import re
import tomllib
from html import escape, unescape
from pathlib import Path

CONTENT = Path(__file__).parent / "content"
LETTERS = re.compile(r"[^\W\d_A-Z]")  # without any, a text is a code or a figure: CT-22, 1 400
COMMON = ("shared", "pictures")  # what many pages say
Tables = dict[str, dict[str, str]]


class WordsDoNotFit(Exception):
    """The tables of a language and the English content have drifted apart."""

    def __init__(self, language: str, what: str, texts: list[str]) -> None:
        lines = "\n  ".join(texts)
        super().__init__(f"demo/content/{language}: {what}\n  {lines}")


class Words:
    """What one language calls the demo's texts, and which of that nobody has asked for."""

    def __init__(self, language: str, tables: Tables) -> None:
        self.language = language
        self.tables = tables
        self.unused = {(name, text) for name, table in tables.items() for text in table}

    def has(self, name: str) -> bool:
        return name in self.tables

    def find(self, name: str, text: str) -> str | None:
        """The translation of a text on this page, as it stands in HTML: escaped, like the text."""
        english = unescape(text)
        for table in (name, *COMMON):
            if english in self.tables.get(table, {}):
                self.unused.discard((table, english))
                return escape(self.tables[table][english], quote=False)
        return None if LETTERS.search(english) else text

    def find_all(self, name: str, texts: list[str]) -> list[str]:
        """As `find`, in the order asked; raises WordsDoNotFit with all that is missing."""
        found = [self.find(name, text) for text in texts]
        missing = [text for text, words in zip(texts, found, strict=True) if words is None]
        if missing:
            raise WordsDoNotFit(self.language, f"[{name}] has no translation of", missing)
        return [words for words in found if words is not None]

    def get(self, name: str, text: str) -> str:
        """One translation, as plain text."""
        return unescape(self.find_all(name, [escape(text, quote=False)])[0])

    def refuse_unused(self) -> None:
        if self.unused:
            texts = [f"[{name}] {text}" for name, text in sorted(self.unused)]
            raise WordsDoNotFit(self.language, "the English content does not have", texts)


def read_words(language: str) -> Words:
    """All tables of a language, from all its files. A name stands in one file only."""
    tables: Tables = {}
    for path in sorted((CONTENT / language).glob("*.toml")):
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        twice = sorted(tables.keys() & read.keys())
        if twice:
            raise WordsDoNotFit(language, f"{path.name} repeats the tables", twice)
        tables |= read
    return Words(language, tables)


def get_languages() -> list[str]:
    """The languages that the demo is translated into."""
    return sorted(path.name for path in CONTENT.iterdir() if path.is_dir())
