from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

import treatment_forms.api

api = treatment_forms.api.ProblemAPI(urls_namespace="requests-api", docs_url=None)
treatment_forms.api.mount(api)

urlpatterns = [
    path("api/v1/", api.urls),
    path("anymail/", include("treatment_forms.webhooks")),
    path("requests/", include("treatment_forms.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
