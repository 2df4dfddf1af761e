"""Writes down what went live: whose words, and which version of the original they translate."""

from typing import Any

from django.apps import apps

from home.translations.judge import Judgement, judge
from home.translations.texts import Text, checksum_of_all, get_texts, get_words


def record(row: Any) -> None:
    """Remember this row, which has just gone live, and mark the translations it leaves behind.

    Inside the transaction of the publishing. Two queries for an original that nobody translated.
    """
    found = judge(row)
    if found.is_translation:
        write_record(row, found)
    mark_stale(row)


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
    if found.source is not None and checksum != written.text_checksum:
        compare_with_source(written, found)
    written.text_checksum = checksum
    written.save()


def compare_with_source(written: Any, found: Judgement) -> None:
    """Fresh, if the new words are those of the original as it stands; else stale as before."""
    source = found.source
    texts = get_texts(source)
    written.source_locale_id = source.locale_id
    written.is_stale = not is_translation_of(found, texts)
    if not written.is_stale:
        written.source_checksum = checksum_of_all(texts)
        written.source_revision_id = getattr(source, "live_revision_id", None)
        written.source_revision_at = getattr(source, "last_published_at", None)


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


def mark_stale(row: Any) -> None:
    """Compare what was translated with the original that is live now."""
    records = apps.get_model("home.TranslationRecord").objects.filter(
        translation_key=row.translation_key, source_locale_id=row.locale_id
    )
    written = list(records)
    if not written:
        return
    checksum = checksum_of_all(get_texts(row))
    for one in written:
        is_stale = one.source_checksum != checksum
        if one.is_stale is not is_stale:
            one.is_stale = is_stale
            one.save(update_fields=["is_stale", "updated_at"])
