"""The addresses that mails lead to. A host mounts them under its languages' prefixes:
`path("requests/", include("treatment_forms.urls"))`."""

from django.urls import URLPattern, path

from treatment_forms import links

app_name = "treatment_forms"
urlpatterns: list[URLPattern] = [
    path("files/<str:token>/", links.files, name="files"),
]
