"""Pages and snippets for tests: the smallest that pass every rule, unless told otherwise."""

from importlib import import_module
from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.models import Collection, Locale, Page, Site

from articles.models import (
    Category,
    ClinicIndexPage,
    ClinicPage,
    NewsIndexPage,
    NewsPage,
    Person,
    Specialty,
)
from home.models import AcceptedText, Disclaimer, HomePage, SiteImage, SiteTexts
from home.translations.judge import judge
from home.translations.related import get_untranslated
from home.translations.texts import checksum_of

LEAD = "A lead of at least sixty characters says what happened, to whom it matters, and why."


def make_ground() -> None:
    """Locale, root page, site with home page, root collection and disclaimer, where missing."""
    locale, _ = Locale.objects.get_or_create(language_code="en")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Site.objects.exists():
        home = root.add_child(instance=HomePage(title="Home", slug="home", locale=locale))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    SiteTexts.objects.get_or_create(locale=locale)
    if not Disclaimer.objects.exists():
        import_module("home.migrations.0004_default_disclaimer").create(apps, None)


def get_home() -> HomePage:
    return HomePage.objects.get(locale__language_code="en")


def add_page(parent: Page, page: Page, *, live: bool = True) -> Any:
    """Add a page as the editor does: a draft first, then published through the gate."""
    page.live = False
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        stand_for(page)
        revision.publish()
    return type(page).objects.get(pk=page.pk)


def make_image(**fields: Any) -> SiteImage:
    picture = BytesIO()
    PillowImage.new("RGB", (800, 450), "#2a6f77").save(picture, "PNG")
    picture.seek(0)
    fields = {"title": "Picture", "alt_texts": {"en": "A quiet ward"}, **fields}
    image = SiteImage(file=ImageFile(picture, name="picture.png"), **fields)
    image.save()
    return image


def make_body(*blocks: tuple[str, Any]) -> list[tuple[str, Any]]:
    """A body that begins with its disclaimer, as new pages do."""
    return [
        ("disclaimer", {"disclaimer": None, "addendum": ""}),
        *(blocks or [("paragraph", "<p>The ward opens in spring.</p>")]),
    ]


def make_category(name: str = "News", slug: str = "news") -> Category:
    found, _ = Category.objects.get_or_create(
        slug=slug, locale=Locale.get_default(), defaults={"name": name}
    )
    return found


def make_specialty(name: str = "Oncology", slug: str = "oncology") -> Specialty:
    found, _ = Specialty.objects.get_or_create(
        slug=slug, locale=Locale.get_default(), defaults={"name": name}
    )
    return found


def make_person(name: str = "Dr. Ada Example", **fields: Any) -> Person:
    return Person.objects.create(name=name, **{"qualification": "MD, haematologist", **fields})


def make_hero(image: SiteImage | None = None, **value: Any) -> list[tuple[str, Any]]:
    return [("hero", {"image": image or make_image(), **value})]


def make_news_index(**fields: Any) -> NewsIndexPage:
    return add_page(get_home(), NewsIndexPage(**{"title": "News", "slug": "news", **fields}))


def make_news(parent: NewsIndexPage | None = None, *, live: bool = True, **fields: Any) -> NewsPage:
    parent = parent or NewsIndexPage.objects.first() or make_news_index()
    fields = {
        "title": "A new ward",
        "lead": LEAD,
        "body": make_body(),
        "category": make_category(),
        "sources": [("source", {"publisher": "TASS"})],
        **fields,
    }
    return add_page(parent, NewsPage(**fields), live=live)


def make_clinic_index(**fields: Any) -> ClinicIndexPage:
    return add_page(
        get_home(), ClinicIndexPage(**{"title": "Clinics", "slug": "clinics", **fields})
    )


def make_clinic(
    parent: ClinicIndexPage | None = None, *, live: bool = True, **fields: Any
) -> ClinicPage:
    parent = parent or ClinicIndexPage.objects.first() or make_clinic_index()
    fields = {
        "title": "Harbour Clinic",
        "lead": LEAD,
        "city": "Port Alder",
        "country": "NZ",
        "body": make_body(),
        **fields,
    }
    return add_page(parent, ClinicPage(**fields), live=live)


DISCLAIMERS = {
    "ru": ("Отказ от ответственности", "<p>Это не является медицинской консультацией.</p>"),
    "ar": ("إخلاء المسؤولية", "<p>هذه المعلومات لا تُعدّ استشارة طبية.</p>"),
}


def make_translated_disclaimer(locale: Locale) -> None:
    """The default disclaimer in this language, approved as the English one is."""
    source = Disclaimer.objects.get(key="general", locale__language_code="en")
    if source.has_translation(locale):
        return
    heading, body = DISCLAIMERS.get(locale.language_code, (source.heading, source.body))
    text = source.copy_for_translation(locale)
    text.heading, text.body, text.live, text.version = heading, body, True, 1
    text.approved_at, text.approval_is_demo = source.approved_at, True
    text.checksum = text.get_text_checksum()
    text.save()


def make_translation(page: Page, language: str, *, live: bool = True, **fields: Any) -> Any:
    """The page in another language below what is above it there; in the words of its source, but
    for these fields."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    make_translated_disclaimer(locale)
    parent = page.get_parent()
    if parent.depth > 1 and not parent.has_translation(locale):
        make_translation(parent.specific, language)
    translated = page.copy_for_translation(locale)
    for name, value in fields.items():
        setattr(translated, name, value)
    revision = translated.save_revision()
    if live:
        stand_for(translated)
        revision.publish()
    return type(page).objects.get(pk=translated.pk)


def stand_for(page: Page) -> None:
    """Accept every word of a translation as it is, and have the snippets it shows translated."""
    found = judge(page)
    if not found.is_translation:
        return
    for text, _doubt in found.doubts:
        AcceptedText.objects.create(
            translation_key=page.translation_key,
            locale=page.locale,
            path=text.path,
            checksum=checksum_of(text.words),
            accepted_by_name="A translator",
            accepted_at=timezone.now(),
        )
    for _field, snippet in get_untranslated(page):
        twin = snippet.copy_for_translation(page.locale)
        twin.name = f"{snippet.name} ({page.locale.language_code})"
        twin.save()
