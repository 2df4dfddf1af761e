"""Message catalogues: compiled with polib, so that no system tool is needed."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def get_sources() -> list[Path]:
    """The site's own catalogues and those that travel with the plugin."""
    folders = [settings.BASE_DIR / "locale", settings.BASE_DIR / "treatment_forms" / "locale"]
    return sorted(path for folder in folders for path in folder.glob("*/LC_MESSAGES/*.po"))


def compile_source(source: Path) -> None:
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(source).save_as_mofile(str(target))


def compile_all() -> None:
    for source in get_sources():
        compile_source(source)


def find_problems(source: Path) -> Iterator[str]:
    """What would show a reader a wrong, missing or broken sentence."""
    for entry in polib.pofile(source, check_for_duplicates=True):
        where = f"{source}:{entry.linenum}: {entry.msgid!r}"
        if entry.obsolete:
            continue
        if entry.fuzzy:
            yield f"{where} is fuzzy"
        elif not entry.translated():
            yield f"{where} is not translated"
        else:
            yield from (f"{where} {problem}" for problem in find_broken_placeholders(entry))


def find_broken_placeholders(entry: polib.POEntry) -> Iterator[str]:
    wanted = set(PLACEHOLDER.findall(f"{entry.msgid} {entry.msgid_plural}"))
    for text in [entry.msgstr, *entry.msgstr_plural.values()]:
        if text and (stray := set(PLACEHOLDER.findall(text)) - wanted):
            yield f"has a placeholder that its original has not: {sorted(stray)}"
        if text and not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != wanted:
            yield f"lost a placeholder of {sorted(wanted)}"
