"""Which code fills which catalogues."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from cms.wording.found import TEMPLATES, Message, UnreadableMessage, find_in

# Not for visitors, editors or coordinators.
DEVELOPERS_OWN = ("cms/mailbox", "cms/management", "cms/wording", "cms/supervisor.py")


class Book(NamedTuple):
    """Catalogues in one folder, and the code whose words they hold."""

    locale: Path
    sources: tuple[Path, ...]


def get_books() -> tuple[Book, Book]:
    """The site's, and those that travel with the plugin."""
    root = settings.BASE_DIR
    site = tuple(root / name for name in ("cms", "home", "articles", "templates"))
    plugin = root / "treatment_forms"
    return Book(root / "locale", site), Book(plugin / "locale", (plugin,))


def get_languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def get_catalogue(book: Book, language: str) -> Path:
    return book.locale / language / "LC_MESSAGES" / "django.po"


def get_files(book: Book) -> Iterator[Path]:
    for folder in book.sources:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(settings.BASE_DIR))
            if path.suffix not in (".py", *TEMPLATES) or "/migrations/" in name:
                continue
            if not name.startswith(DEVELOPERS_OWN):
                yield path


def find_messages(book: Book) -> dict[Message, list[str]]:
    """Each message and the files that say it, in the order of the code.

    Raises:
        UnreadableMessage: with file and line.
    """
    places: dict[Message, list[str]] = defaultdict(list)
    for path in get_files(book):
        name = str(path.relative_to(settings.BASE_DIR))
        try:
            for message, _ in find_in(path):
                if name not in places[message]:
                    places[message].append(name)
        except UnreadableMessage as error:
            raise UnreadableMessage(f"{name}:{error}") from error
    return places
