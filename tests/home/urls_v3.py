"""The site with Wagtail's v3 API beside it: nobody mounts it in public, and still it holds."""

from django.urls import path
from wagtail.api.v3.urls import api

from cms.urls import urlpatterns as site_urls

urlpatterns = [path("api/v3/", api.urls), *site_urls]
