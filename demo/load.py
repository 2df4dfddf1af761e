"""Loads the demo content, the way an editor would: pages through revisions, through the gate."""

from django.db import transaction
from wagtail.models import Locale, Site

from articles.models import NewsIndexPage
from demo import clinics, frame, news, people, pictures, translations
from home.models import HomePage


def load() -> bool:
    """Fill an empty site; False, and nothing done, where there is news already. Wants a
    transaction."""
    if NewsIndexPage.objects.exists():
        return False
    site = Site.objects.get(is_default_site=True)
    home = HomePage.objects.get(pk=site.root_page_id)
    locale: Locale = home.locale
    cast = people.load(locale)
    album = pictures.Album()
    news_index = news.load_index(home)
    clinic_index = clinics.load_index(home)
    clinics.load(clinic_index, cast, album)
    news.load(news_index, cast, album)
    frame.load_policies(home)
    form = frame.load_form(home, clinic_index)
    frame.load_site(site, form)
    frame.fill_home(home, album, news_index, clinic_index)
    translations.load(home, album)
    people.load_logins(form)
    # After the transaction: Wagtail draws in threads, whose writes SQLite would keep waiting.
    transaction.on_commit(album.prepare)
    return True
