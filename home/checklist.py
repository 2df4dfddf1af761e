"""What a language lacks before readers can be sent there, and where each thing is mended."""

import gettext
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import to_locale
from wagtail.models import Locale, Page
from wagtail.snippets.models import get_snippet_models

from home import request_forms
from home.languages import Language, get_languages
from home.models import Disclaimer, HomePage, SiteSettings, SiteTexts, StandardPage
from home.models.snippets import TranslatedSnippet
from home.privacy import public


@dataclass(frozen=True)
class Line:
    """One thing. `note` says what is missing, `url` leads to where it is mended."""

    title: str
    note: str = ""
    url: str = ""

    @property
    def is_done(self) -> bool:
        return not self.note


@dataclass(frozen=True)
class Card:
    language: Language
    lines: list[Line] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(not line.is_done for line in self.lines)


def get_cards() -> list[Card]:
    """One for each language in the settings, in their order. About fifteen queries for each."""
    return [Card(language, list(get_lines(language.code))) for language in get_languages()]


def get_lines(code: str) -> Iterator[Line]:
    locale = Locale.objects.filter(language_code=code).first()
    if locale is None:
        url = reverse("wagtaillocales:add")
        yield Line(_("Language"), _("Wagtail does not know it yet: add it."), url)
        yield check_catalogues(code)
        return
    yield Line(_("Language"))
    yield check_catalogues(code)
    yield from (check_page(_("Home page"), page, locale) for page in get_originals(HomePage))
    yield from check_disclaimers(locale)
    yield check_texts(locale)
    yield from check_snippets(locale)
    yield from check_forms(locale)
    yield from (check_page(page.title, page, locale) for page in get_originals(StandardPage))


def get_originals(model: Any) -> Any:
    found = public(model.objects.live().filter(locale=Locale.get_default()))
    return found.order_by("path")


def check_catalogues(code: str) -> Line:
    """The words of the software itself. They come with a release, not from editors."""
    title = _("Texts of the site's own buttons, forms and mails")
    if code == settings.LANGUAGE_CODE:
        return Line(title)
    ours = [Path(app.path) for app in apps.get_app_configs()]
    own = [path / "locale" for path in ours if path.parent == settings.BASE_DIR]
    folders = [*settings.LOCALE_PATHS, *(folder for folder in own if folder.is_dir())]
    if all(gettext.find("django", str(folder), [to_locale(code)]) for folder in folders):
        return Line(title)
    return Line(title, _("They are not in this release: a developer adds them under locale/."))


def check_page(title: str, original: Page, locale: Locale) -> Line:
    twin = Page.objects.filter(translation_key=original.translation_key, locale=locale).first()
    if twin is None:
        url = reverse("wagtail_localize:submit_page_translation", args=[original.pk])
        return Line(title, _("It is not translated yet."), url)
    url = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    if not twin.live:
        return Line(title, _("The translation is a draft."), url)
    if not public(Page.objects.filter(pk=twin.pk)).exists():
        return Line(title, _("It is private."), url)
    return Line(title, url=url)


def check_disclaimers(locale: Locale) -> Iterator[Line]:
    """Each that is in force in the site's own language: without it none of its pages goes live."""
    rows = Disclaimer.objects.select_related("locale")
    there = {row.translation_key: row for row in rows.filter(locale=locale)}
    for original in rows.filter(locale=Locale.get_default(), live=True):
        title = _("Disclaimer “%(key)s”") % {"key": original.key}
        twin = there.get(original.translation_key)
        if twin is None:
            note = _("It has no text in this language: no medical page can be published.")
            yield Line(title, note, get_submit_url(original))
        elif not twin.is_valid:
            note = _("Nobody has approved it: a medical reviewer does so by publishing it.")
            yield Line(title, note, get_edit_url(twin))
        else:
            yield Line(title, url=get_edit_url(twin))


def check_texts(locale: Locale) -> Line:
    title = _("Site texts: tagline, who arranges and who pays, foot of the page")
    original = SiteTexts.for_locale(Locale.get_default())
    row = SiteTexts.objects.filter(locale=locale).first()
    if row is None:
        url = get_submit_url(original) if original.pk else get_list_url(SiteTexts)
        return Line(title, _("There are none."), url)
    names = [f.field_name for f in SiteTexts.translatable_fields]
    empty = [name for name in names if getattr(original, name) and not getattr(row, name)]
    if empty or not row.is_translated:
        return Line(title, _("They are not translated in full."), get_edit_url(row))
    return Line(title, url=get_edit_url(row))


def check_snippets(locale: Locale) -> Iterator[Line]:
    """Categories, people and the like, of whatever app: those without words in this language."""
    for model in get_snippet_models():
        if not issubclass(model, TranslatedSnippet) or model is SiteTexts:
            continue
        keys = set(of(model, Locale.get_default()).values_list("translation_key", flat=True))
        done = of(model, locale).filter(is_translated=True)
        missing = len(keys - set(done.values_list("translation_key", flat=True)))
        note = _("%(missing)d of %(all)d are not translated.") % {
            "missing": missing,
            "all": len(keys),
        }
        title = str(model._meta.verbose_name_plural).capitalize()
        yield Line(title, note if missing else "", get_list_url(model))


def of(model: Any, locale: Locale) -> Any:
    return model.objects.filter(locale=locale)


def check_forms(locale: Locale) -> Iterator[Line]:
    """The default request forms, as readers see them."""
    title = _("Request form, with its consents approved")
    chosen = SiteSettings.objects.filter(request_page__isnull=False).select_related("request_page")
    pages = [row.request_page for row in chosen if row.request_page]
    yield from (check_form(title, page, locale) for page in pages)
    if not pages:
        url = get_settings_url()
        yield Line(title, _("No form is chosen in the settings."), url)


def check_form(title: str, original: Page, locale: Locale) -> Line:
    if request_forms.get_kind(original) is None:
        return Line(title, str(request_forms.IS_NONE), get_settings_url())
    line = check_page(title, original, locale)
    twin = original.get_translation_or_none(locale) if line.is_done else None
    if twin is not None and request_forms.find_hidden([twin]):
        return Line(title, str(request_forms.IS_HIDDEN), line.url)
    return line


def get_settings_url() -> str:
    return reverse("wagtailsettings:edit", args=["home", "sitesettings"])


def get_submit_url(row: Model) -> str:
    label = row._meta
    args = [label.app_label, label.model_name, row.pk]
    return reverse("wagtail_localize:submit_snippet_translation", args=args)


def get_edit_url(row: Any) -> str:
    return reverse(row.snippet_viewset.get_url_name("edit"), args=[row.pk])


def get_list_url(model: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name("list"))
