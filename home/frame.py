"""The head and foot of every page, and the same page in other languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import get_language, gettext, override
from wagtail.models import Locale, Page, Site

from home.cards import Link
from home.languages import Language, get_languages
from home.models import HomePage, SiteSettings, SiteTexts, StandardPage
from home.privacy import public
from home.publishing import visible

NOT_KEPT = ("page",)  # the fifth page of a list may be its third in another language


@dataclass(frozen=True)
class Choice:
    """One language in the switcher. `note` says, in that language, where the link leads instead
    of to this page; it is empty where the page is there."""

    language: Language
    url: str
    is_current: bool = False
    note: str = ""


@dataclass(frozen=True)
class Alternate:
    """The address of this page in a language, for search engines."""

    language: Language
    url: str


@dataclass(frozen=True)
class Frame:
    name: str
    home_url: str
    texts: SiteTexts
    settings: SiteSettings | None
    request_url: str
    navigation: list[Link]
    footer_links: list[Link]
    choices: list[Choice]
    alternates: list[Alternate]

    @property
    def current(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.is_current), None)

    @property
    def default_url(self) -> str:
        """For readers of none of our languages: what stands first in the settings."""
        return self.alternates[0].url if self.alternates else ""


def make_frame(request: Any, page: Any) -> Frame:
    """In the language of the page, or the active one. About five queries."""
    page = page if isinstance(page, Page) and page.locale_id else None
    locale = page.locale if page else Locale.get_active()
    site = Site.find_for_request(request) if request is not None else None
    home = get_home(site, page, locale)
    site_settings = SiteSettings.for_request(request) if site else None
    form = site_settings.get_request_page(locale) if site_settings else None
    around = Around(site.root_page if site else home, home, page, form)
    plain = ContentType.objects.get_for_model(StandardPage).pk
    return Frame(
        name=(site.site_name if site else "") or settings.WAGTAIL_SITE_NAME,
        home_url=(home.get_url(request) if home else None) or "/",
        texts=SiteTexts.for_locale(locale),
        settings=site_settings,
        request_url=(form.get_url(request) or "") if form else "",
        navigation=[make_link(p, request) for p in around.sections if p.show_in_menus],
        footer_links=[
            make_link(p, request)
            for p in around.sections
            if p.content_type_id == plain and not p.show_in_menus
        ],
        choices=list(make_choices(request, page, around)) if site else [],
        alternates=list(make_alternates(request, page, around)) if page else [],
    )


def get_home(site: Site | None, page: Page | None, locale: Locale) -> Page | None:
    if site is None:
        return HomePage.objects.filter(locale=locale).first()
    root: Page = site.root_page
    if root.locale_id == locale.pk:
        return root
    return root.get_translation_or_none(locale) or root


class Around:
    """What a reader may be shown around a page: the sections of its language, and the page, what
    is above it and the home page in the others. Three queries, and one for each medical model."""

    def __init__(self, root: Page | None, home: Page | None, page: Any, form: Page | None) -> None:
        above = getattr(page, "shown_ancestors", [])
        self.keys = [p.translation_key for p in (page, *reversed(above), root) if p is not None]
        wanted = Q(translation_key__in=self.keys)
        if page is not None:
            wanted &= ~Q(pk=page.pk)
        if home is not None:
            wanted |= Q(path__startswith=home.path, depth=home.depth + 1)
        pages = public(Page.objects.filter(wanted).live()).select_related("locale")
        known = {p.pk: p for p in (page, form) if p is not None}  # of which nobody asks twice
        listed = [known.get(p.pk, p) for p in pages]
        found = visible(listed, getattr(page, "known_disclaimers", None))
        self.sections = [p for p in found if home is not None and p.is_child_of(home)]
        self.by_place = {(p.translation_key, p.locale.language_code): p for p in found}

    def get_nearest(self, code: str) -> Page | None:
        """The page in this language; else what is above it, nearest first."""
        places = ((key, code) for key in self.keys)
        return next((self.by_place[place] for place in places if place in self.by_place), None)


def make_choices(request: Any, page: Any, around: Around) -> Iterator[Choice]:
    """The languages in which there is anything to read, each with the best place to go."""
    current = page.locale.language_code if page else get_language()
    query = get_kept_query(request)
    for language in get_languages():
        nearest = around.get_nearest(language.code)
        if language.code == current:
            yield Choice(language, "", is_current=True)
        elif nearest is not None and page is None:
            path = get_same_path(request, language)
            yield Choice(language, path + query if path else nearest.get_url(request))
        elif nearest is not None and nearest.translation_key == page.translation_key:
            yield Choice(language, f"{nearest.get_url(request)}{query}")
        elif nearest is not None:
            yield Choice(language, nearest.get_url(request), note=say_instead(language, nearest))


def get_kept_query(request: Any) -> str:
    query = request.GET.copy()
    for name in NOT_KEPT:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def get_same_path(request: Any, language: Language) -> str:
    """The address of what is no page, under another prefix; empty where nothing answers to it."""
    match = request.resolver_match
    if match is None or match.url_name == "wagtail_serve":
        return ""
    return f"/{language.code}/{request.path_info.split('/', 2)[-1]}"


def say_instead(language: Language, nearest: Page) -> str:
    with override(language.code):
        text = gettext("This page is not translated. The link leads to “%(title)s”.")
        return text % {"title": nearest.title}


def make_alternates(request: Any, page: Any, around: Around) -> Iterator[Alternate]:
    """The page in each of its languages, itself among them; none where it has only one."""
    own = page.locale.language_code
    found = {
        language: page
        if language.code == own
        else around.by_place.get((page.translation_key, language.code))
        for language in get_languages()
    }
    there = {language: one for language, one in found.items() if one is not None}
    for language, one in there.items() if len(there) > 1 else ():
        yield Alternate(language, one.get_full_url(request) or "")


def make_link(page: Page, request: Any) -> Link:
    url = page.get_url(request) or ""
    path = getattr(request, "path", "")
    return Link(title=page.title, url=url, is_current=bool(url) and path.startswith(url))
