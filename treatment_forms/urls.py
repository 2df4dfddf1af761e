"""The addresses that mails lead to. A host mounts them under its languages' prefixes:
`path("requests/", include("treatment_forms.urls"))`."""

from django.urls import URLPattern

app_name = "treatment_forms"
urlpatterns: list[URLPattern] = []
