import treatment_forms.api
from cms.api import pages, preview, search, sync

api = treatment_forms.api.ProblemAPI(
    title="Medical travel news",
    version="1",
    urls_namespace="api-v1",
    openapi_extra={"info": {"description": "Anonymous. No cookie is read or set."}},
)
treatment_forms.api.mount(api)
api.add_router("", pages.router)
api.add_router("", search.router)
api.add_router("", sync.router)
api.add_router("", preview.router)
