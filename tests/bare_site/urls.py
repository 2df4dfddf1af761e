from django.urls import include, path
from ninja import NinjaAPI
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

import treatment_forms.api

api = NinjaAPI()
treatment_forms.api.mount(api)

urlpatterns = [
    path("api/v1/", api.urls),
    path("anymail/", include("treatment_forms.webhooks")),
    path("requests/", include("treatment_forms.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
