"""Loads the demo content, the way an editor would: pages through revisions, through the gate."""

from wagtail.models import Locale, Site

from articles.models import NewsIndexPage
from demo import clinics, frame, news, people, pictures
from home.models import HomePage


def load() -> None:
    """Fill an empty site. Does nothing where there is news already; wants a transaction."""
    if NewsIndexPage.objects.exists():
        return
    site = Site.objects.get(is_default_site=True)
    home = HomePage.objects.get(pk=site.root_page_id)
    locale: Locale = home.locale
    cast = people.load(locale)
    album = pictures.Album()
    clinic_index = clinics.load(home, cast, album)
    news_index = news.load(home, cast, album)
    form = frame.load_form(home, clinic_index)
    frame.load_policies(home)
    frame.load_site(site, form)
    frame.fill_home(home, album, news_index, clinic_index)
    people.load_logins(form)
    album.prepare()
