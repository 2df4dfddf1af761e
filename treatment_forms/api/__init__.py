"""The endpoints that an app sends requests with. A host mounts them on its Ninja API:

api = NinjaAPI(...)
treatment_forms.api.mount(api)
"""

from ninja import NinjaAPI

from treatment_forms.api import problems, uploads


def mount(api: NinjaAPI) -> None:
    """Add the endpoints, and give every error on this API the shape of RFC 9457."""
    problems.install(api)
    api.add_router("", uploads.router)
