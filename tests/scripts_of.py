"""How much of what a reader sees is written in the script of a language."""

import re
from html.parser import HTMLParser

SCRIPTS = {
    "en": re.compile("[A-Za-zÀ-ɏ]"),
    "ru": re.compile("[Ѐ-ӿ]"),
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Of no language, or of a visitor's own: code, names of files, references.
SILENT = {"script", "style", "code", "bdi", "svg"}
SPOKEN = ("alt", "title", "aria-label", "placeholder")


def get_share(text: str, language: str) -> float:
    """The share of the letters of `text` that are of the language's script; 1.0 without letters."""
    letters = [letter for letter in text if letter.isalpha()]
    own = sum(bool(SCRIPTS[language].match(letter)) for letter in letters)
    return own / len(letters) if letters else 1.0


def find_foreign(text: str, language: str) -> list[str]:
    """The words of another script, for the message of a test that failed."""
    words = re.findall(r"[^\W\d_]+", text)
    return [word for word in words if get_share(word, language) < 1]


def get_visible(html: str, language: str) -> str:
    """The text of a page that is meant to be in this language, with what screen readers say."""
    reader = Reader(language)
    reader.feed(html)
    reader.close()
    return " ".join(" ".join(reader.found).split())


def check_share(html: str, language: str, share: float = 0.9) -> None:
    text = get_visible(html, language)
    assert text
    assert get_share(text, language) >= share, find_foreign(text, language)


class Reader(HTMLParser):
    """Leaves out whole elements that are silent, or say that they are in another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.found: list[str] = []
        self.left_out: list[str] = []  # the open elements, from the first that is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        other = (facts.get("lang") or self.language) != self.language
        if tag not in VOID and (self.left_out or other or tag in SILENT):
            self.left_out.append(tag)
        if not self.left_out:
            self.found += [value for name in SPOKEN if (value := facts.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.left_out:
            while self.left_out.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.left_out:
            self.found.append(data)
