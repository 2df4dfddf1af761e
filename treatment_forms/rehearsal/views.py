"""Ask, then send one made-up request through the very pipeline that patients' requests take."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from treatment_forms.errors import StorageDown
from treatment_forms.models import TreatmentFormPage
from treatment_forms.services.judge import Delayed, Refused
from treatment_forms.services.rehearse import rehearse
from treatment_forms.tasks import wake


class RehearsalView(WagtailAdminTemplateMixin, TemplateView):
    """For whoever may edit the page. A draft is tried as it stands now."""

    page_title = gettext_lazy("Send a test request")
    header_icon = "mail"
    template_name = "treatment_forms/rehearsal.html"

    @cached_property
    def form_page(self) -> TreatmentFormPage:
        page = get_object_or_404(TreatmentFormPage, pk=self.kwargs["page_id"])
        if not page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        tried: TreatmentFormPage = page if page.live else page.get_latest_revision_as_object()
        return tried

    def get_page_subtitle(self) -> str:
        return str(self.form_page.get_admin_display_title())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipients = ", ".join(self.recipients)
        return super().get_context_data(form_page=self.form_page, recipients=recipients, **kwargs)

    @property
    def recipients(self) -> list[str]:
        """Who gets a request of this form: as `receive` finds them."""
        page = self.form_page
        return page.recipient_list or list(filter(None, [page.fallback_recipient]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.form_page
        if self.recipients:
            self.rehearse(request)
        else:
            messages.error(request, _("Nobody would get the test: name a recipient first."))
        return redirect("wagtailadmin_pages:edit", page.pk)

    def rehearse(self, request: HttpRequest) -> None:
        page = self.form_page
        try:
            sender = f"test:{request.user.pk}"
            email = request.user.email  # type: ignore[union-attr]  # logged in
            receipt = rehearse(page, sender=sender, at=timezone.now(), email=email)
        except Delayed:
            messages.error(request, _("Too many tests. Please wait a few minutes."))
        except Refused as refused:
            problems = "; ".join(f"{one['label']}: {one['text']}" for one in refused.form.problems)
            messages.error(request, _("The form refused the test: %(why)s") % {"why": problems})
        except StorageDown:
            messages.error(request, _("The storage for files is down."))
        else:
            wake(receipt.submission_id)
            text = _("Test request %(reference)s is on its way to %(recipients)s.")
            facts = {"reference": receipt.reference, "recipients": ", ".join(self.recipients)}
            messages.success(request, text % facts)
