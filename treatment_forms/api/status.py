from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from treatment_forms.api.access import StatusToken

router = Router(tags=["requests"], auth=StatusToken())


@router.get("/submissions/{reference}", url_name="get_status")
def get_status(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404
