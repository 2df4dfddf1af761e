"""Whether the words of a page or snippet are in its language, and whose words they are.

The rule is asked of the words themselves, not of the state that wagtail-localize keeps beside
them: a revision made while strings were missing holds the original's words for ever, however
complete the strings are when somebody publishes it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings

from home.translations.origin import Origin
from home.translations.state import is_in_own_language
from home.translations.texts import Text, checksum_of, get_texts, get_words

PO_FILE = "PO File"  # what localize calls a file that a named person uploaded
DEMO = "demo content, not approved for production"  # what translators read beside its words


class Doubt(Enum):
    UNTRANSLATED = "untranslated"
    MACHINE = "machine_text"


@dataclass
class Judgement:
    """What was found of one page or snippet.

    `source` is the row it translates, None for an original; `translation` is localize's, if any.
    """

    texts: list[Text] = field(default_factory=list)
    doubts: list[tuple[Text, Doubt]] = field(default_factory=list)
    source: Any = None
    translation: Any = None
    origin: Origin = Origin.ORIGINAL
    accepted_by: str = ""
    accepted_at: datetime | None = None

    @property
    def is_translation(self) -> bool:
        return self.source is not None or self.translation is not None


def judge(row: Any) -> Judgement:
    """Find every text that may not be shown in the row's language.

    Takes a specific page or a snippet, saved or not. One query for an original; for a translation
    four to six, and the words of the row are cut once or twice.
    """
    found = find_source(row)
    if not found.is_translation:
        return found
    found.texts = get_texts(row)
    evidence = Evidence(row, found)
    for text in found.texts:
        doubt = evidence.get_doubt(text)
        if doubt is not None:
            found.doubts.append((text, doubt))
    evidence.tell_origin()
    return found


def find_source(row: Any) -> Judgement:
    translation = get_translation(row)
    if translation is not None:
        return Judgement(source=get_row(row, translation.source.locale_id), translation=translation)
    if is_in_own_language(row):
        return Judgement()
    own = apps.get_model("wagtailcore.Locale").objects.filter(language_code=settings.LANGUAGE_CODE)
    return Judgement(source=get_row(row, own.values("pk")[:1]))


def get_translation(row: Any) -> Any | None:
    """Localize's record of the row as a translation, synchronised before stopped."""
    translations = apps.get_model("wagtail_localize.Translation").objects.filter(
        source__object_id=row.translation_key, target_locale_id=row.locale_id
    )
    newest = translations.order_by("-enabled").values_list("pk", flat=True).first()
    if newest is None:  # an original, as most rows are
        return None
    return translations.select_related("source", "target_locale").get(pk=newest)


def get_row(row: Any, locale: Any) -> Any | None:
    """The same page or snippet in another language."""
    rows = type(row)._base_manager.filter(translation_key=row.translation_key, locale=locale)
    return rows.exclude(pk=row.pk).first()


class Evidence:
    """What is known of the texts of one row, asked when a text makes it necessary."""

    def __init__(self, row: Any, found: Judgement) -> None:
        self.row = row
        self.found = found
        self.used: list[Any] = []

    def get_doubt(self, text: Text) -> Doubt | None:
        if text.place in self.by_people:
            return None
        accepted = self.accepted.get((text.path, checksum_of(text.words)))
        if accepted is not None:
            self.used.append(accepted)
            return None
        if text.place in self.live:
            return None
        if text.place in self.by_machines:
            return Doubt.MACHINE
        return Doubt.UNTRANSLATED if self.is_foreign(text) else None

    def is_foreign(self, text: Text) -> bool:
        """Where localize builds the page, whatever is no translation; else the original's words."""
        if self.found.translation is not None and self.found.translation.enabled:
            return True
        return text.words in self.source_words or text.data in self.known_sources

    def tell_origin(self) -> None:
        self.found.origin = Origin.UNKNOWN if self.is_demo else Origin.HUMAN
        machines = [one for one in self.used if (one.path, one.checksum) in self.machine_checksums]
        if machines:
            latest = max(machines, key=lambda one: one.accepted_at)
            self.found.origin = Origin.MACHINE
            self.found.accepted_by = latest.accepted_by_name
            self.found.accepted_at = latest.accepted_at

    @cached_property
    def stored(self) -> list[tuple[str, str, str, str]]:
        """Every translation of this row: place, words, type and tool."""
        rows = apps.get_model("wagtail_localize.StringTranslation").objects.filter(
            context__object_id=self.row.translation_key,
            locale_id=self.row.locale_id,
            has_error=False,
        )
        return list(rows.values_list("context__path", "data", "translation_type", "tool_name"))

    @cached_property
    def strings(self) -> list[tuple[str, str, bool]]:
        """Every translation of this row: place, words, whether a machine's."""
        return [
            (path, get_words(data), is_machine(kind, tool))
            for path, data, kind, tool in self.stored
        ]

    @cached_property
    def is_demo(self) -> bool:
        """Whether words that came with the software are among them."""
        return any(tool == DEMO for *_, tool in self.stored)

    @cached_property
    def by_people(self) -> set[tuple[str, str]]:
        return {(path, words) for path, words, machine in self.strings if not machine}

    @cached_property
    def by_machines(self) -> set[tuple[str, str]]:
        return {(path, words) for path, words, machine in self.strings if machine}

    @cached_property
    def machine_checksums(self) -> set[tuple[str, str]]:
        return {(path, checksum_of(words)) for path, words in self.by_machines}

    @cached_property
    def accepted(self) -> dict[tuple[str, str], Any]:
        rows = apps.get_model("home.AcceptedText").objects.filter(
            translation_key=self.row.translation_key, locale_id=self.row.locale_id
        )
        return {(row.path, row.checksum): row for row in rows}

    @cached_property
    def live(self) -> set[tuple[str, str]]:
        """What readers are shown already: it passed the gate when it went live."""
        stored = type(self.row)._base_manager.filter(pk=self.row.pk).first()
        if stored is None or not is_shown(stored) or stored.locale_id != self.row.locale_id:
            return set()
        return {text.place for text in get_texts(stored)}

    @cached_property
    def source_words(self) -> set[str]:
        source = self.found.source
        return {text.words for text in get_texts(source)} if source is not None else set()

    @cached_property
    def known_sources(self) -> set[str]:
        """Those of our texts that are somewhere an original in the language of our source."""
        source = self.found.source or self.found.translation.source
        strings = apps.get_model("wagtail_localize.String")
        hashes = [strings._get_data_hash(text.data) for text in self.found.texts]
        rows = strings.objects.filter(locale_id=source.locale_id, data_hash__in=hashes)
        return set(rows.values_list("data", flat=True))


def is_machine(translation_type: str, tool_name: str) -> bool:
    return translation_type == "machine" or tool_name not in get_human_tools()


def get_human_tools() -> list[str]:
    """Tools whose words a person stands for; the demo's are, where its approvals count."""
    return ["", PO_FILE, *([DEMO] if settings.ACCEPT_DEMO_APPROVALS else [])]


def is_shown(stored: Any) -> bool:
    """Whether readers see the row as it stands: a live page, or a snippet in its own words."""
    return bool(getattr(stored, "live", getattr(stored, "is_translated", True)))
