"""The addresses that mails lead to. A host mounts them under its languages' prefixes:
`path("requests/", include("treatment_forms.urls"))`."""

from django.urls import URLPattern, path, re_path

from treatment_forms import links
from treatment_forms.status import actions, pages

OWN = r"^(?P<token>TR-[0-9A-Z-]+:[\w-]+)/"  # no page below the same address is hidden by it

app_name = "treatment_forms"
urlpatterns: list[URLPattern] = [
    path("files/<str:token>/", links.files, name="files"),
    re_path(rf"{OWN}$", pages.show, name="status"),
    re_path(rf"{OWN}files/$", actions.add_files, name="add_files"),
    re_path(rf"{OWN}withdraw/$", actions.withdraw, name="withdraw"),
    re_path(rf"{OWN}join/(?P<reference>TR-[0-9A-Z-]+)/$", actions.join, name="join"),
]
