from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from articles import feeds
from cms import search, views
from cms.api import api
from home.sitemap import VisibleSitemap

# Wagtail's own logins for visitors would give each of them a cookie; only staff log in here.
WAGTAIL_LOGINS = r"^_util/(?:login|authenticate_with_password/\d+/\d+)/$"
LOGIN = reverse_lazy("wagtailadmin_login")

handler500 = "cms.views.server_error"

urlpatterns = [
    path("", views.go_to_best_language, name="root"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": VisibleSitemap}}, name="sitemap"),
    path("news-sitemap.xml", feeds.news_sitemap, name="news_sitemap"),
    path("anymail/", include("treatment_forms.webhooks")),
    path("api/v1/", api.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

if apps.is_installed("cms.mailbox"):
    urlpatterns += [path("dev/mail/", include("cms.mailbox.urls"))]
if getattr(settings, "SERVES_MEDIA", False):
    urlpatterns += [re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT})]

urlpatterns += i18n_patterns(
    path("requests/", include("treatment_forms.urls")),
    path("feed/", feeds.feed, name="feed"),
    path("search/", search.search, name="search"),
    re_path(WAGTAIL_LOGINS, RedirectView.as_view(url=LOGIN, query_string=True)),
    path("", include(wagtail_urls)),
)
