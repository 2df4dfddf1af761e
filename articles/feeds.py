"""News for feed readers and for search engines' news sections."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Site

from articles.models import Category, NewsPage
from home.models import SiteTexts
from home.privacy import public
from home.publishing import visible

ENTRIES = 30
NEWS_SITEMAP_DAYS = 2  # what Google's news sitemap takes; older news belongs in the sitemap
NEWS_SITEMAP_ENTRIES = 1000


def get_news() -> Any:
    news = public(NewsPage.objects.live()).select_related("category", "locale")
    return news.order_by("-display_date", "-first_published_at", "-pk")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest news of the active language as Atom, of all categories or of `?category=`.

    Addresses come from Wagtail's Site, never from the Host header.
    """
    # Not Locale.get_active(): where a language has no tree, that is the default one's.
    locale = get_object_or_404(Locale, language_code=get_language())
    category = get_category(request, locale)
    site = Site.find_for_request(request)
    root_url = site.root_url if site else settings.SITE_URL
    name = (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME
    news = get_news().filter(locale=locale)
    atom = Atom1Feed(
        title=f"{name} – {category}" if category else name,
        link=f"{root_url}/{locale.language_code}/",
        description=SiteTexts.for_locale(locale).tagline,
        language=locale.language_code,
        author_name=name,
        feed_url=f"{root_url}{request.path}{f'?category={category.slug}' if category else ''}",
    )
    for page in visible(
        (news.filter(category__slug=category.slug) if category else news)[:ENTRIES]
    ):
        atom.add_item(
            title=page.title,
            link=page.get_full_url(),
            description=page.lead,
            unique_id=f"urn:uuid:{page.translation_key}:{locale.language_code}",
            pubdate=_at_noon(page.published_on),
            updateddate=page.last_published_at,
            categories=[page.card_label] if page.card_label else [],
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


def get_category(request: HttpRequest, locale: Locale) -> Category | None:
    """The one that is asked for, in the feed's language; there is no feed of an unknown one."""
    slug = request.GET.get("category", "")
    return get_object_or_404(Category.shown_in(locale.pk), slug=slug) if slug else None


def _at_noon(day: Any) -> datetime:
    """A day as a time that is that day in every time zone where somebody reads it."""
    return timezone.make_aware(datetime.combine(day, time(12)))


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """The news of the last days in every language, as search engines' news sections ask for.

    An article of last month is no news on the day on which its translation is published.
    """
    since = timezone.now() - timedelta(days=NEWS_SITEMAP_DAYS)
    news = get_news().filter(first_published_at__gte=since)
    recent = news.filter(Q(display_date=None) | Q(display_date__gte=timezone.localdate(since)))
    context = {"pages": visible(recent[:NEWS_SITEMAP_ENTRIES]), "name": settings.WAGTAIL_SITE_NAME}
    return render(request, "articles/news_sitemap.xml", context, content_type="application/xml")
