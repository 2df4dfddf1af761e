"""What is wrong with a translated string, whoever sends it: an editor, a file, a machine."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _
from wagtail_localize.strings import StringValue, extract_ids, validate_translation_links

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
NEVER_CLOSED = {"br"}


def get_flaw(original: str, translated: str) -> str | None:
    """Why this may not stand for the original, in words for its translator, or None."""
    return next(find_flaws(original, translated), None)


def find_flaws(original: str, translated: str) -> Iterator[str]:
    if not translated.strip():
        yield _("The translation is empty.")
    if "\0" in translated:
        yield _("The translation holds a character that cannot be stored. Type it anew.")
        return
    yield from find_broken_markup(original, translated)
    lost = set(PLACEHOLDER.findall(original)) ^ set(PLACEHOLDER.findall(translated))
    if lost:
        message = _("The same placeholders must stand in both texts: %(names)s.")
        yield message % {"names": ", ".join(sorted(lost))}


def find_broken_markup(original: str, translated: str) -> Iterator[str]:
    tag = find_unbalanced(translated)
    if tag is not None:
        yield _("The tag <%(tag)s> is not opened and closed in pairs.") % {"tag": tag}
    try:
        StringValue.from_translated_html(translated)
        validate_translation_links(original, translated)
    except ValueError as error:
        yield str(error)
    lost = extract_ids(original) - extract_ids(translated)
    if lost:
        tags = ", ".join(f'<a id="{name}">' for name in sorted(lost))
        yield _("A link of the original is lost: put %(tags)s around its words.") % {"tags": tags}


class Tags(HTMLParser):
    """Notes the first tag without its partner."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.alone: str | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in NEVER_CLOSED:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        if tag not in NEVER_CLOSED:
            self.alone = self.alone or tag

    def handle_endtag(self, tag: str) -> None:
        if tag in NEVER_CLOSED:
            return
        if not self.opened or self.opened.pop() != tag:
            self.alone = self.alone or tag


def find_unbalanced(html: str) -> str | None:
    tags = Tags()
    tags.feed(html)
    tags.close()
    return tags.alone or (tags.opened[-1] if tags.opened else None)


def mark_flaw(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Before a `StringTranslation` is stored: a flawed one is kept, shown, and never used."""
    fields = kwargs.get("update_fields")
    if raw or instance.has_error or (fields is not None and "data" not in fields):
        return
    if fields is not None and not {"has_error", "field_error"} <= set(fields):
        return
    flaw = get_flaw(instance.translation_of.data, instance.data)
    if flaw is not None:
        instance.has_error, instance.field_error = True, flaw
