"""Translations from a file: read, compared with what is there, and taken entry by entry.

wagtail-localize takes a whole file or answers with a server error, stores broken entries over
sound ones, and lets an old file undo what was translated since it was made.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polib
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail_localize.models import StringTranslation, Translation

from home.translations.flaws import get_flaw
from home.translations.judge import PO_FILE

MAX_BYTES = 5 * 1024 * 1024
JOB = "X-WagtailLocalize-TranslationID"


class UnusableFile(Exception):
    """The file cannot be imported at all; says why, and how to get one that can."""


@dataclass
class Import:
    """What became of the entries of a file."""

    taken: int = 0
    unknown: int = 0
    flawed: list[str] = field(default_factory=list)
    changed_since: list[str] = field(default_factory=list)


def read_file(content: bytes) -> polib.POFile:
    """Parse the file. Raises `UnusableFile` whatever else it is."""
    if len(content) > MAX_BYTES:
        raise UnusableFile(_("The file is larger than 5 MB, which no translation of a page is."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(_("The file is not in UTF-8. Save it in that encoding.")) from None
    if "\0" in text or "msgid" not in text or "\n" not in text:
        raise UnusableFile(_("This is no PO file. Download one here and fill it in."))
    try:
        return polib.pofile(text, encoding="utf-8")
    except OSError as error:  # what polib calls a syntax error
        message = _("This PO file is damaged (%(reason)s). Download one here and fill it in.")
        raise UnusableFile(message % {"reason": tell_place(error)}) from None


def tell_place(error: OSError) -> str:
    """`Syntax error in po file None (line 7): …` without its beginning."""
    return str(error).partition("(")[2].replace("):", ":").rstrip(")") or _("it cannot be read")


def check_job(po: polib.POFile, translation: Translation) -> None:
    named = po.metadata.get(JOB, "")
    if not named:
        message = _("The file does not say which page it is of. Keep its line “%(line)s”.")
        raise UnusableFile(message % {"line": JOB})
    if named != str(translation.uuid):
        other = Translation.objects.filter(uuid=named).first() if is_uuid(named) else None
        if other is None:
            raise UnusableFile(_("The file is of a translation that is not here, or not any more."))
        message = _("The file is of “%(title)s” in %(language)s. Nothing was imported.")
        facts = {
            "title": other.source.object_repr,
            "language": other.target_locale.get_display_name(),
        }
        raise UnusableFile(message % facts)


def is_uuid(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return True


def import_file(po: polib.POFile, translation: Translation, user: Any) -> Import:
    """Take every sound entry that nobody changed since the file was made.

    Call it in a transaction.
    """
    check_job(po, translation)
    result = Import()
    stored = get_stored(translation)
    made_at = get_time(po)
    sound = polib.POFile()
    sound.metadata = po.metadata
    for entry in po:
        if not entry.msgstr or entry.obsolete:
            continue
        place = entry.msgctxt, entry.msgid
        flaw = get_flaw(entry.msgid, entry.msgstr)
        if flaw is not None:
            result.flawed.append(f"{entry.msgid}: {flaw}")
        elif is_newer(stored.get(place), entry.msgstr, made_at, user):
            result.changed_since.append(entry.msgid)
        else:
            sound.append(entry)
    warnings = translation.import_po(sound, user=user, tool_name=PO_FILE)
    result.unknown = len(warnings)
    result.taken = len(sound) - len(warnings)
    return result


def get_stored(translation: Translation) -> dict[tuple[str, str], StringTranslation]:
    rows = StringTranslation.objects.select_for_update(of=("self",)).filter(
        context__object_id=translation.source.object_id, locale=translation.target_locale
    )
    rows = rows.select_related("context", "translation_of")
    return {(row.context.path, row.translation_of.data): row for row in rows}


def get_time(po: polib.POFile) -> datetime | None:
    try:
        found = parse_datetime(po.metadata.get("POT-Creation-Date", ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None


def is_newer(
    stored: StringTranslation | None, text: str, made_at: datetime | None, user: Any
) -> bool:
    """Whether somebody else changed this string after the file was made, to something else."""
    if stored is None or stored.data == text or stored.last_translated_by_id == user.pk:
        return False
    return made_at is not None and stored.updated_at > made_at
