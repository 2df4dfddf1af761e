"""What would show a reader a wrong, missing or broken sentence."""

import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polib

from cms.wording.books import find_messages, get_books, get_catalogue, get_languages
from cms.wording.found import Message, UnreadableMessage
from cms.wording.merge import PLURALS, SIMPLE_PLURAL, count_forms, get_key
from cms.wording.unmarked import find_unmarked

# What must be in a translation as in its original: values to fill in, and HTML.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|\{\w*\}|</?[a-z]+")
NUMBERS = re.compile(r"%\((count|minutes|hours|days|waiting)\)[a-z]")
# The same in every language: names.
SAME = {"WhatsApp:", "Telegram:", "WhatsApp", "Telegram"}
SCRIPTS = {"ru": re.compile("[а-яё]", re.IGNORECASE), "ar": re.compile("[ء-ي]")}
COMMAND = "run manage.py make_catalogues"


def find_problems() -> Iterator[str]:
    try:
        yield from find_problems_of_books()
    except UnreadableMessage as error:
        yield f"{error}: the words of a message must be plain text, its values filled in later"


def find_problems_of_books() -> Iterator[str]:
    seen: dict[tuple[str, str | None, str], tuple[Path, str]] = {}
    for book in get_books():
        messages = find_messages(book)
        for language in get_languages():
            path = get_catalogue(book, language)
            if not path.exists():
                if messages:
                    yield f"{path} is missing: {COMMAND}"
                continue
            catalogue = polib.pofile(str(path))
            yield from compare(path, catalogue, messages)
            for entry in catalogue:
                where = f"{path}:{entry.linenum}: {entry.msgid!r}"
                yield from (f"{where} {problem}" for problem in judge(entry, language))
            yield from find_contradictions(path, catalogue, language, seen)
        yield from find_unmarked(book)


def compare(
    path: Path, catalogue: Iterable[polib.POEntry], messages: Mapping[Message, Iterable[str]]
) -> Iterator[str]:
    """Messages without an entry, entries without a message, and two entries for one."""
    held: set[Message] = set()
    for entry in catalogue:
        message = Message(entry.msgctxt, entry.msgid, entry.msgid_plural)
        where = f"{path}:{entry.linenum}: {entry.msgid!r}"
        if message in held:
            yield f"{where} stands there twice"
        elif entry.obsolete or message not in messages:
            yield f"{where} is said nowhere any more: {COMMAND}"
        held.add(message)
    for message in messages:
        if message not in held:
            yield f"{path}: {message.singular!r} is missing: {COMMAND}, then translate it"


def judge(entry: polib.POEntry, language: str) -> Iterator[str]:
    if entry.obsolete:
        return
    if entry.fuzzy:
        yield "is fuzzy"
    elif not entry.translated():
        yield "is not translated"
    else:
        yield from judge_plurals(entry, language)
        for text in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
            yield from judge_words(entry, text, language)


def judge_words(entry: polib.POEntry, text: str, language: str) -> Iterator[str]:
    if text in (entry.msgid, entry.msgid_plural):
        if text not in SAME:
            yield "is the same as its original"
    elif language in SCRIPTS and not SCRIPTS[language].search(text) and has_words(entry.msgid):
        yield f"has no letter of its language: {text!r}"
    if [text[:1].isspace(), text[-1:].isspace()] != [
        entry.msgid[:1].isspace(),
        entry.msgid[-1:].isspace(),
    ]:
        yield "begins or ends with other white space than its original"
    wanted = get_placeholders(f"{entry.msgid} {entry.msgid_plural}")
    found = get_placeholders(text)
    if stray := found - wanted:
        yield f"has a placeholder that its original has not: {sorted(stray)}"
    lost = wanted - found
    if entry.msgid_plural:
        lost = {one for one in lost if not NUMBERS.fullmatch(one)}
    if lost:
        yield f"lost a placeholder: {sorted(lost)}"


def get_placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def has_words(text: str) -> bool:
    return bool(re.search("[A-Za-z]{3}", PLACEHOLDER.sub("", text)))


def judge_plurals(entry: polib.POEntry, language: str) -> Iterator[str]:
    """One form for each, and a number in each form that stands for several numbers."""
    if not entry.msgid_plural:
        return
    rule = PLURALS.get(language, SIMPLE_PLURAL)
    if set(entry.msgstr_plural) != set(range(count_forms(rule))):
        yield f"has {len(entry.msgstr_plural)} plural forms instead of {count_forms(rule)}"
        return
    pick = gettext.c2py(rule.partition("plural=")[2].rstrip(";"))
    for form, text in entry.msgstr_plural.items():
        numbers = [number for number in range(200) if pick(number) == form]
        if NUMBERS.search(entry.msgid_plural) and len(numbers) > 1 and not NUMBERS.search(text):
            yield f"does not name the number in form {form}: {numbers[:3]} …"


def find_contradictions(
    path: Path,
    catalogue: Iterable[polib.POEntry],
    language: str,
    seen: dict[tuple[str, str | None, str], tuple[Path, str]],
) -> Iterator[str]:
    """The same words in two catalogues: the site's would silently win."""
    for entry in catalogue:
        if not entry.translated():
            continue
        key = (language, *get_key(entry))
        other, text = seen.setdefault(key, (path, entry.msgstr))
        if text != entry.msgstr:
            yield f"{path}:{entry.linenum}: {entry.msgid!r} is {text!r} in {other}"
