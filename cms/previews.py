"""Links with which an editor sees a version of a page in the app, before readers do."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import Page, Revision

from cms.api import tokens
from home import documents, renditions

SHOWN = 20


@method_decorator(never_cache, name="dispatch")
class PreviewLinkView(WagtailAdminTemplateMixin, TemplateView):
    """The versions of a page; a post makes a link to one of them."""

    template_name = "cms/preview_links.html"
    page_title = _("Preview in the app")
    header_icon = "mobile-alt"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page, pk=kwargs["page_id"])
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = self.page.revisions.select_related("user").order_by("-created_at", "-pk")
        return super().get_context_data(
            **kwargs,
            page=self.page,
            versions=versions[:SHOWN],
            edit_url=reverse("wagtailadmin_pages:edit", args=(self.page.pk,)),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("version", "")
        pk = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
        revision = get_object_or_404(self.page.revisions, pk=pk)
        is_ready = draw_pictures(revision)
        context = self.get_context_data(
            url=get_url(revision) if is_ready else "",
            is_refused=not is_ready,
            chosen=revision,
            minutes=tokens.SECONDS // 60,
        )
        return self.render_to_response(context)


def get_url(revision: Revision) -> str:
    path = reverse("api-v1:get_preview", kwargs={"token": tokens.make(revision)})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def draw_pictures(revision: Revision) -> bool:
    """Make the sizes that the app will ask for; False where the version may not be shown."""
    try:
        built = documents.build(revision.as_object(), is_preview=True)
    except documents.NotServable:
        return False
    for image_id, specs in built.undrawn.items():
        renditions.draw(image_id, specs)
    return True


class PreviewLinkMenuItem(PageMenuItem):
    label = _("Preview in the app")
    icon_name = "mobile-alt"
    url_name = "preview_links"
    priority = 67

    def is_shown(self, user: Any) -> bool:
        may: bool = self.page.permissions_for_user(user).can_edit()
        return may and self.page.depth > 1
