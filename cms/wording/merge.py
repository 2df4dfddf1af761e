"""Write what the code says into the catalogues, without losing a translation."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polib

from cms.wording.books import find_messages, get_books, get_catalogue, get_languages
from cms.wording.found import Message

# As in Django's own catalogues, so that a lookup need not try two rules.
PLURALS = {
    "ru": (
        "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
        "(n%100<12 || n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || "
        "(n%100>=11 && n%100<=14)? 2 : 3);"
    ),
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
}
SIMPLE_PLURAL = "nplurals=2; plural=(n != 1);"


def merge_all() -> list[Path]:
    """Bring every catalogue up to the code. New messages are empty, those gone are dropped.

    A message that only changed its words is new: a translation that nobody read again is a guess.
    """
    books = {book: find_messages(book) for book in get_books()}
    paths = []
    for language in get_languages():
        known = [read(get_catalogue(book, language)) for book in books]
        for book, own in zip(books, known, strict=True):
            path = get_catalogue(book, language)
            old = {key: entry for entries in (*known, own) for key, entry in entries.items()}
            merge(path, books[book], old, language)
            paths.append(path)
    return paths


Key = tuple[str | None, str]
Entries = dict[Key, polib.POEntry]


def read(path: Path) -> Entries:
    """What is translated; the words of one catalogue also do in the other."""
    if not path.exists():
        return {}
    entries = polib.pofile(str(path))
    return {get_key(one): one for one in entries if one.msgstr or any(one.msgstr_plural.values())}


def merge(
    path: Path, messages: Mapping[Message, Iterable[str]], old: Entries, language: str
) -> None:
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = make_header(language)
    for message, places in messages.items():
        catalogue.append(make_entry(message, places, old.get(message.key), language))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def get_key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def make_header(language: str) -> dict[str, str]:
    return {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(language, SIMPLE_PLURAL),
    }


def make_entry(
    message: Message, places: Iterable[str], old: polib.POEntry | None, language: str
) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.context,
        msgid=message.singular,
        msgid_plural=message.plural,
        occurrences=[(place, "") for place in places],
    )
    if "%(" in message.singular + message.plural:
        entry.flags.append("python-format")
    if old and old.fuzzy:
        entry.flags.append("fuzzy")
    if message.plural:
        count = count_forms(PLURALS.get(language, SIMPLE_PLURAL))
        kept = old.msgstr_plural if old else {}
        entry.msgstr_plural = {form: kept.get(form, "") for form in range(count)}
    elif old and not old.msgid_plural:
        entry.msgstr = old.msgstr
    return entry


def count_forms(rule: str) -> int:
    return int(rule.partition("nplurals=")[2].partition(";")[0])
