from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from articles import feeds
from cms import search, views
from home.sitemap import VisibleSitemap

handler500 = "cms.views.server_error"

urlpatterns = [
    path("", views.go_to_best_language, name="root"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": VisibleSitemap}}, name="sitemap"),
    path("news-sitemap.xml", feeds.news_sitemap, name="news_sitemap"),
    path("anymail/", include("anymail.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

if apps.is_installed("cms.mailbox"):
    urlpatterns += [path("dev/mail/", include("cms.mailbox.urls"))]
if getattr(settings, "SERVES_MEDIA", False):
    urlpatterns += [re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT})]

urlpatterns += i18n_patterns(
    path("feed/", feeds.feed, name="feed"),
    path("search/", search.search, name="search"),
    path("", include(wagtail_urls)),
)
