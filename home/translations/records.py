"""Writes down what went live: whose words, and which version of the original they translate."""

from typing import Any

from django.apps import apps

from home.translations.carry import carry
from home.translations.facts import checksum_of_facts, find_difference, is_built_from
from home.translations.judge import Judgement, is_shown, judge
from home.translations.texts import Text, checksum_of_all, get_texts, get_words

OLDER = "older"  # facts of an original that nobody wrote down


def record(row: Any) -> None:
    """Remember this row, which has just gone live, and take its translations along: what is the
    same in every language is carried to them, and who is left behind is marked.

    Inside the transaction of the publishing, when its child rows are written. Two queries for an
    original that nobody translated.
    """
    found = judge(row)
    if found.is_translation:
        write_record(row, found)
    lead(row)


def write_record(row: Any, found: Judgement) -> None:
    records = apps.get_model("home.TranslationRecord").objects
    written, _created = records.get_or_create(
        translation_key=row.translation_key,
        locale_id=row.locale_id,
        defaults={"origin": found.origin},
    )
    written.origin = found.origin
    written.accepted_by, written.accepted_at = found.accepted_by, found.accepted_at
    checksum = checksum_of_all(found.texts)
    if found.source is not None:
        compare_words(written, found, are_new=checksum != written.text_checksum)
        compare_facts(written, row, found)
    written.text_checksum = checksum
    written.save()


def compare_words(written: Any, found: Judgement, *, are_new: bool) -> None:
    """Fresh, if new words are those of the original as it stands; else stale as before."""
    source = found.source
    if not are_new and not (written.is_stale and is_shown(source)):
        return
    texts = get_texts(source)
    current = checksum_of_all(texts)
    if not are_new:
        written.is_stale = written.source_checksum != current
        return
    written.source_locale_id = source.locale_id
    written.is_stale = not is_translation_of(found, texts)
    if not written.is_stale:
        written.source_checksum = current
        written.source_revision_id = getattr(source, "live_revision_id", None)
        written.source_revision_at = getattr(source, "last_published_at", None)
    elif written.source_checksum == current:
        written.source_checksum = ""  # an older version went live again


def compare_facts(written: Any, row: Any, found: Judgement) -> None:
    """Stale, if the original tells other facts. Of a page that localize no longer builds nobody
    knows: whoever publishes it says that its facts are today's."""
    if not is_shown(found.source):
        return
    facts = checksum_of_facts(found.source)
    if written.source_facts != facts:
        differs = is_built_from(found) and find_difference(row, found.source)
        written.source_facts = (written.source_facts or OLDER) if differs else facts
    written.is_stale = written.is_stale or written.source_facts != facts


def is_translation_of(found: Judgement, originals: list[Text]) -> bool:
    """Whether every text of the original has its translation among the words that went live.

    Of a page that localize no longer builds nobody knows: whoever publishes it says so.
    """
    if found.translation is None or not found.translation.enabled:
        return True
    there = {text.place for text in found.texts}
    made = get_made(found)
    return all(made.get(text.place, set()) & there for text in originals)


def get_made(found: Judgement) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """For each text of an original, the translations there are of it, both with their place."""
    rows = apps.get_model("wagtail_localize.StringTranslation").objects.filter(
        context__object_id=found.translation.source.object_id,
        locale_id=found.translation.target_locale_id,
    )
    made: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for path, original, data in rows.values_list("context__path", "translation_of__data", "data"):
        made.setdefault((path, get_words(original)), set()).add((path, get_words(data)))
    return made


def lead(row: Any) -> None:
    """Carry the facts of what is live now to its translations, and compare the words."""
    records = apps.get_model("home.TranslationRecord").objects.filter(
        translation_key=row.translation_key, source_locale_id=row.locale_id
    )
    written = list(records)
    if not written:
        return
    source = type(row)._base_manager.get(pk=row.pk)  # numbers as they are stored
    checksum, facts = checksum_of_all(get_texts(source)), checksum_of_facts(source)
    for one in written:
        if one.source_facts != facts:
            carry(source, one, facts)
        mark(one, is_stale=one.source_checksum != checksum or one.source_facts != facts)


def mark(written: Any, *, is_stale: bool) -> None:
    if written.is_stale is not is_stale:
        written.is_stale = is_stale
        written.save(update_fields=["is_stale", "updated_at"])
