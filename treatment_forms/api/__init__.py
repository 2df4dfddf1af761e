"""The endpoints that an app sends requests with. A host mounts them on its API:

api = treatment_forms.api.ProblemAPI(...)
treatment_forms.api.mount(api)
urlpatterns = [path("api/v1/", api.urls), ...]
"""

from ninja import NinjaAPI

from treatment_forms.api import additions, forms, problems, status, submissions, uploads
from treatment_forms.api.base import ProblemAPI

__all__ = ["ProblemAPI", "mount"]


def mount(api: NinjaAPI) -> None:
    """Add the endpoints, and give every error on this API the shape of RFC 9457."""
    problems.install(api)
    api.add_router("", forms.router)
    api.add_router("", submissions.router)
    api.add_router("", status.router)
    api.add_router("", additions.router)
    api.add_router("", uploads.router)
