"""The demo in the other languages, through wagtail-localize: a translator can go on from here."""

from typing import Any

from wagtail.models import DraftStateMixin, Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from articles.models import Category, Person, Specialty
from demo.pictures import Album
from demo.words import Words, get_languages, read_words
from home.models import Disclaimer, HomePage, SiteTexts
from home.translations.judge import DEMO
from treatment_forms.models import TreatmentFormPage, approve_consents

SNIPPETS = {Person: "people", Category: "categories", Specialty: "specialties", SiteTexts: "site"}


def load(home: HomePage, album: Album) -> None:
    for language in get_languages():
        locale, _ = Locale.objects.get_or_create(language_code=language)
        words = read_words(language)
        album.describe(words)
        load_language(home, locale, words)
        words.refuse_unused()


def load_language(home: HomePage, locale: Locale, words: Words) -> None:
    """What pages point at comes first, and a page after the one above it."""
    for disclaimer in Disclaimer.objects.filter(locale=home.locale, live=True):
        translate_disclaimer(disclaimer, locale, words)
    for model, name in SNIPPETS.items():
        for row in model._default_manager.filter(locale=home.locale):
            translate(row, name, locale, words)
    for page in Page.objects.descendant_of(home, inclusive=True).order_by("path").specific():
        if words.has(page.slug):
            translate_page(page, locale, words)


def translate_disclaimer(disclaimer: Disclaimer, locale: Locale, words: Words) -> None:
    """Translated as a whole, and approved as a demo: production settings do not count that."""
    copy = disclaimer.copy_for_translation(locale)
    heading, body = (getattr(disclaimer, name) for name in ("heading", "body"))
    text = body.removeprefix("<p>").removesuffix("</p>")
    copy.heading, text = words.find_all("disclaimer", [heading, text])
    copy.body = f"<p>{text}</p>"
    copy.live = False
    copy.save()
    copy.accept_demo()


def translate_page(page: Any, locale: Locale, words: Words) -> None:
    translated = translate(page, page.slug, locale, words)
    # A translation is no news: readers are told the day of the original.
    Page.objects.filter(pk=translated.pk).update(first_published_at=page.first_published_at)
    if isinstance(page, TreatmentFormPage):
        approve_consents(translated)  # as a demo: production settings do not count it
    translated.get_latest_revision().publish()


def translate(instance: Any, name: str, locale: Locale, words: Words) -> Any:
    """Translate every string wagtail-localize finds in it; a draft where there are drafts."""
    source, _ = TranslationSource.update_or_create_from_instance(instance)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    write_strings(source, name, locale, words)
    translation.save_target(publish=not isinstance(instance, DraftStateMixin))
    return translation.get_target_instance()


def write_strings(source: TranslationSource, name: str, locale: Locale, words: Words) -> None:
    segments = list(source.stringsegment_set.select_related("string", "context"))
    found = words.find_all(name, [segment.string.data for segment in segments])
    for segment, text in zip(segments, found, strict=True):
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=locale,
            context=segment.context,
            data=text,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            tool_name=DEMO,
        )
