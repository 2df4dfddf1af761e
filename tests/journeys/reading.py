"""What stands on a page for a reader's eyes."""

import re
from html.parser import HTMLParser

UNSEEN = {"head", "script", "style", "template"}
MARKUP_SPACE = re.compile(r"[ \t\r\f]+")  # a no-break space is typography, and stays
INLINE = {"a", "abbr", "b", "bdi", "em", "i", "span", "strong", "sub", "sup", "time"}


class VisibleText(HTMLParser):
    """What stands on the page for a reader's eyes, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen = 0
        self.parts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.unseen:
            self.parts.append(data)


def get_visible_text(html: str) -> str:
    parser = VisibleText()
    parser.feed(html)
    lines = (MARKUP_SPACE.sub(" ", line).strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
